/** Findings as text for people, and as data in the form of `--format json`. */
import type { Source } from '../trace/model.ts';
import { english, type Finding, type Fix, type Severity } from './finding.ts';

/** A finding as it is written to JSON; lines count from 1, columns from 0 in UTF-16 code units. */
export interface PlainFinding {
  code: string;
  severity: Severity;
  message: string;
  range: Source;
  related: { message: string; range: Source }[];
  fix?: PlainFix;
  otherFixes?: PlainFix[];
}

export interface PlainFix {
  title: string;
  edits: { range: Source; text: string }[];
}

export function plain({ code, severity, message, range, related, fixes }: Finding): PlainFinding {
  const [fix, ...others] = fixes.map(plainFix);
  return {
    code,
    severity,
    message: english(message),
    range,
    related: related.map((item) => ({ message: english(item.message), range: item.range })),
    ...(fix === undefined ? {} : { fix }),
    ...(others.length === 0 ? {} : { otherFixes: others }),
  };
}

const plainFix = ({ title, edits }: Fix): PlainFix => ({
  title: english(title),
  edits: edits.map(({ range, text }) => ({ range, text })),
});

export const jsonReport = (findings: readonly Finding[]): string => `${JSON.stringify(findings.map(plain), null, 2)}\n`;

/** `shown` says how a file is called. */
export function textReport(findings: readonly Finding[], shown: (file: string) => string): string {
  if (findings.length === 0) return 'doctor: no findings\n';
  const lines = findings
    .map(plain)
    .flatMap(({ code, severity, message, range, related, fix, otherFixes }) => [
      `${placeText(range, shown)}: ${severity} ${code}: ${message}`,
      ...related.map((item) => `    ${placeText(item.range, shown)}: ${item.message}`),
      ...[...(fix === undefined ? [] : [fix]), ...(otherFixes ?? [])].map(({ title }) => `    fix: ${title}`),
    ]);
  const count = findings.length === 1 ? '1 finding' : `${findings.length} findings`;
  return `${[...lines, `doctor: ${count}`].join('\n')}\n`;
}

const placeText = ({ file, line, column }: Source, shown: (file: string) => string): string =>
  `${shown(file)}:${line}:${column + 1}`;
