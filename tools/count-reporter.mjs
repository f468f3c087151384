// A reporter for `node --test` that answers only how many tests passed, failed and were skipped, as JSON.
// biome-ignore lint/style/noDefaultExport: node:test asks for it.
export default async function* count(events) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for await (const { type, data } of events) {
    if (data?.details?.type === 'suite') continue;
    if (type === 'test:fail' && data.todo === undefined) counts.failed++;
    if (type === 'test:pass') counts[data.skip === undefined ? 'passed' : 'skipped']++;
  }
  yield JSON.stringify(counts);
}
