// Takes the place of @vscode/spdlog, a native module that is not built here: VS Code's output channels are files that
// it writes. Copied into the server when that is installed.
const { appendFileSync, mkdirSync } = require('node:fs');
const { dirname } = require('node:path');

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'critical', 'off'];

class Logger {
  #file;
  #level = 0;
  #raw = false;

  constructor(file) {
    this.#file = file;
    mkdirSync(dirname(file), { recursive: true });
    appendFileSync(file, '');
  }

  getLevel() {
    return this.#level;
  }
  setLevel(level) {
    this.#level = level;
  }
  setPattern() {
    this.#raw = false;
  }
  /** From now on a message is written as it is, without time, level and line end. */
  clearFormatters() {
    this.#raw = true;
  }
  write(level, message) {
    if (LEVELS.indexOf(level) < this.#level) return;
    const time = new Date().toISOString().replace('T', ' ').replace('Z', '');
    appendFileSync(this.#file, this.#raw ? message : `${time} [${level}] ${message}\n`);
  }
  flush() {}
  drop() {}
}
for (const level of LEVELS.slice(0, -1)) {
  Logger.prototype[level] = function (message) {
    this.write(level, message);
  };
}

exports.setLevel = () => {};
exports.setFlushOn = () => {};
exports.createRotatingLogger = async (_name, file) => new Logger(file);
exports.createAsyncRotatingLogger = exports.createRotatingLogger;
