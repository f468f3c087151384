/** The page's words in the user's language: the English text is the key, as in `vscode.l10n`. */

let bundle: Readonly<Record<string, string>> = {};

/** Once, before anything is drawn. What is not text is left out. */
export function setLanguage(strings: unknown): void {
  const entries = typeof strings === 'object' && strings !== null ? Object.entries(strings) : [];
  bundle = Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

/** `{0}`, `{1}` ... stand for the arguments. */
export function t(message: string, ...args: readonly (string | number)[]): string {
  return (bundle[message] ?? message).replace(/\{(\d+)\}/g, (whole, index: string) =>
    String(args[Number(index)] ?? whole),
  );
}
