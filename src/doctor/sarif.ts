import type { Source } from '../trace/model.ts';
import { english, type Finding, type Fix, type Severity } from './finding.ts';
import { RULES } from './rules/index.ts';

const LEVELS: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', hint: 'note' };

/** Source of the form: OASIS, Static Analysis Results Interchange Format 2.1.0. `uriOf` makes a URI of a file's path. */
export function sarifReport(findings: readonly Finding[], version: string, uriOf: (file: string) => string): string {
  const driver = {
    name: 'Backpass',
    version,
    rules: RULES.map(({ code, title }) => ({ id: code, shortDescription: { text: title } })),
  };
  const results = findings.map((finding) => resultOf(finding, uriOf));
  const run = { tool: { driver }, columnKind: 'utf16CodeUnits', results };
  return `${JSON.stringify({ $schema: 'https://json.schemastore.org/sarif-2.1.0.json', version: '2.1.0', runs: [run] }, null, 2)}\n`;
}

function resultOf(
  { code, severity, message, range, related, fixes }: Finding,
  uriOf: (file: string) => string,
): object {
  const locate = (source: Source) => ({
    physicalLocation: { artifactLocation: { uri: uriOf(source.file) }, region: regionOf(source) },
  });
  return {
    ruleId: code,
    ruleIndex: RULES.findIndex((rule) => rule.code === code),
    level: LEVELS[severity],
    message: { text: english(message) },
    locations: [locate(range)],
    relatedLocations: related.map((item, id) => ({
      id,
      ...locate(item.range),
      message: { text: english(item.message) },
    })),
    ...(fixes.length === 0 ? {} : { fixes: fixes.map((fix) => fixOf(fix, uriOf)) }),
  };
}

const regionOf = ({ line, column, endLine, endColumn }: Source): object => ({
  startLine: line,
  startColumn: column + 1,
  endLine,
  endColumn: endColumn + 1,
});

function fixOf({ title, edits }: Fix, uriOf: (file: string) => string): object {
  const files = [...new Set(edits.map(({ range }) => range.file))];
  return {
    description: { text: english(title) },
    artifactChanges: files.map((file) => ({
      artifactLocation: { uri: uriOf(file) },
      replacements: edits
        .filter(({ range }) => range.file === file)
        .map(({ range, text }) => ({ deletedRegion: regionOf(range), insertedContent: { text } })),
    })),
  };
}
