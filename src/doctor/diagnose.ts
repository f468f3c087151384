import type { Source, Trace } from '../trace/model.ts';
import { english, type Finding, type Severity } from './finding.ts';
import type { Complaint, Rule } from './rule.ts';
import { RULES } from './rules/index.ts';
import { failureOf } from './support/failure.ts';
import { createTexts } from './support/texts.ts';

/**
 * What went wrong in a run, in the order of the program's lines. `read` answers with the text of a file that ran, or null; without texts there
 * are no fixes, and what has no name is called by what made it.
 */
export function diagnose(trace: Trace, read: (file: string) => string | null = () => null): Finding[] {
  const subject = { trace, texts: createTexts(read), failure: failureOf(trace) };
  const found = RULES.flatMap((rule) => rule.check(subject).map((complaint) => toFinding(rule, complaint)));
  return distinct(found).sort(byPlace(trace.file));
}

/** What makes a run one with findings: the command line's exit code goes by it. */
export const isAboveHint = ({ severity }: { readonly severity: Severity }): boolean => severity !== 'hint';

const toFinding = ({ code }: Rule, complaint: Complaint): Finding => ({
  fixes: [],
  explainsError: false,
  ...complaint,
  code,
});

/** What a loop does a hundred times is said once. */
function distinct(findings: readonly Finding[]): Finding[] {
  const seen = new Map<string, Finding>();
  for (const finding of findings) {
    const key = `${finding.code} ${placeKey(finding.range)} ${finding.message.template}`;
    if (!seen.has(key)) seen.set(key, finding);
  }
  return [...seen.values()];
}

const placeKey = ({ file, line, column, endLine, endColumn }: Source): string =>
  [file, line, column, endLine, endColumn].join(':');

/** The program's own file first. */
const byPlace =
  (program: string) =>
  (a: Finding, b: Finding): number => {
    if (a.range.file !== b.range.file) return a.range.file === program ? -1 : b.range.file === program ? 1 : 0;
    return a.range.line - b.range.line || a.range.column - b.range.column || compareText(a, b);
  };

const compareText = (a: Finding, b: Finding): number =>
  `${a.code} ${english(a.message)}` < `${b.code} ${english(b.message)}` ? -1 : 1;
