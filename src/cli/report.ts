/** `--doctor`: what it found, in the form that was asked for. */
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { version } from '../../package.json';
import { diagnose, isAboveHint } from '../doctor/diagnose.ts';
import type { Finding } from '../doctor/finding.ts';
import { jsonReport, textReport } from '../doctor/report.ts';
import { sarifReport } from '../doctor/sarif.ts';
import type { Trace } from '../trace/model.ts';
import type { ReportFormat } from './args.ts';
import type { Program } from './program.ts';
import type { Sink } from './streams.ts';

/** Writes the report, and answers whether there is more in it than hints. */
export function report(
  trace: Trace,
  program: Program,
  { file, doctor }: { readonly file: string; readonly doctor: ReportFormat },
  stdout: Sink,
): boolean {
  const findings = diagnose(trace, (path) => (path === program.file ? program.source : textOf(path)));
  const shown = (path: string): string => (path === program.file ? file : path);
  stdout.write(written(findings, doctor, shown));
  return findings.some(isAboveHint);
}

function written(findings: readonly Finding[], format: ReportFormat, shown: (file: string) => string): string {
  switch (format) {
    case 'text':
      return textReport(findings, shown);
    case 'json':
      return jsonReport(findings);
    case 'sarif':
      return sarifReport(findings, version, (path) => pathToFileURL(path).href);
  }
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
