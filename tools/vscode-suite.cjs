// Runs inside the extension host, in front of the real suite: sends what the suite prints to the launcher,
// apart from the many words of the workbench itself.
const { once } = require('node:events');
const { connect } = require('node:net');
const { formatWithOptions } = require('node:util');

exports.run = async () => {
  const { SUITE_PATH: suite, SUITE_PORT: port } = process.env;
  const output = connect(Number(port), '127.0.0.1');
  await once(output, 'connect');
  const print = { value: (...args) => output.write(`${formatWithOptions({ colors: false }, ...args)}\n`) };
  // The extension host's own console cannot be changed, only replaced.
  globalThis.console = Object.create(console, { log: print, info: print, debug: print, warn: print, error: print });
  try {
    await require(suite).run();
  } catch (error) {
    console.error(error instanceof Error ? error.stack : error);
    throw error;
  } finally {
    await new Promise((flushed) => output.end(flushed));
  }
};
