// What `npm start` does in the window that it opened: show the example and run it.
const vscode = require('vscode');

exports.activate = async () => {
  const file = vscode.Uri.file(process.env.BACKPASS_START_FILE);
  await vscode.window.showTextDocument(file, { viewColumn: vscode.ViewColumn.One, preview: false });
  await vscode.commands.executeCommand('backpass.runBackward', file);
};
