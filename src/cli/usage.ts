export const USAGE = `Usage: backpass run [OPTIONS] FILE.py [ARGS...]

Runs a PyTorch program in Backpass's embedded engine, without PyTorch.
Its output, its exit code and its arguments are those that Python would have.

Options (before or after FILE):
  --trace OUT.json    write what autograd did, also when the program fails
  --html OUT.html     write the graph panel with that in it, as one page for a browser
  --timeout SECONDS   stop the program after that time and exit with 124
  --passes N          stop the program after N backward passes, as sys.exit() does
  --keep PASSES       what the trace keeps whole of a long run beside the first 10 and the
                      last 90 passes: 5,17,100-110
  --summary           then print a table of the passes and one of the parameters
  --doctor            then say what went wrong silently, and exit with 3 if anything did
  --format FORMAT     text, json or sarif: how the doctor reports. With json and sarif the
                      report is all that stdout holds; the program's output goes to stderr
Before FILE only:
  -h, --help          show this text
  -V, --version       show the version

Whatever else follows FILE belongs to the program; after \`--\` everything does:
  backpass run train.py --epochs 3 --trace out.json
  backpass run train.py -- --timeout 5

Exit codes: the program's own (1 after an uncaught exception); 2 wrong usage or
no such file; 70 Backpass itself failed; 124 timeout; 130 interrupted. With
--doctor: 3 if it found an error or a warning, however the program itself ended.
`;
