// What `npm start` does in the window that it opened: shows the files and runs them, one after the other.
const { delimiter } = require('node:path');
const vscode = require('vscode');

exports.activate = async () => {
  for (const path of process.env.BACKPASS_START_FILES.split(delimiter)) {
    const file = vscode.Uri.file(path);
    await vscode.window.showTextDocument(file, { viewColumn: vscode.ViewColumn.One, preview: false });
    await vscode.commands.executeCommand('backpass.runBackward', file);
  }
};
