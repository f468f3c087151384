/** A run as one page that needs nothing else: the panel's own script and style sheet with the trace inside. */
import { encodeTrace } from './codec.ts';
import type { Trace } from './model.ts';

export interface PageParts {
  /** The text of `panel.js` and of `panel.css`. */
  readonly script: string;
  readonly style: string;
  /** Unguessable: nothing but what carries it runs in the page. */
  readonly nonce: string;
  /** The words of another language than English. */
  readonly strings?: Readonly<Record<string, string>>;
}

export function standalonePage(trace: Trace, { script, style, nonce, strings = {} }: PageParts): string {
  const name = trace.file.split(/[\\/]/).at(-1) ?? '';
  const policy = `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}'; worker-src blob:; base-uri 'none'; form-action 'none'`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(name)} · Backpass</title>
<style nonce="${nonce}">${themes()}${alone(style).replaceAll('</', '<\\/')}</style>
</head>
<body>
<div id="app" data-strings="${escaped(JSON.stringify(strings))}"></div>
<script nonce="${nonce}" type="application/json" id="trace">${inert(encodeTrace(trace))}</script>
<script nonce="${nonce}">${alone(script).replaceAll('</script', '<\\/script').replaceAll('<!--', '<\\!--')}</script>
</body>
</html>
`;
}

/** There is no map beside a page that stands alone. */
const alone = (text: string): string => text.replace(/\n?(?:\/\/|\/\*)# sourceMappingURL=.*\s*$/, '\n');

const FONTS = `--vscode-font-family:system-ui,sans-serif;--vscode-editor-font-family:ui-monospace,Consolas,"DejaVu Sans Mono",monospace;`;
/** The colours of VS Code's own themes, dark and light. */
const DARK: Readonly<Record<string, string>> = {
  foreground: '#ccc',
  descriptionForeground: '#9d9d9d',
  errorForeground: '#f85149',
  focusBorder: '#0078d4',
  'editor-background': '#1f1f1f',
  'editorWidget-background': '#202020',
  'sideBar-background': '#181818',
  'panel-border': '#2b2b2b',
  'backpass-upstreamGradient': '#e0a15c',
  'backpass-accumulatedGrad': '#94d28f',
  'backpass-value': '#7db8f5',
  'list-activeSelectionBackground': '#04395e',
  'list-activeSelectionForeground': '#fff',
  'list-hoverBackground': '#2a2d2e',
  'toolbar-hoverBackground': '#5a5d5e50',
  'button-background': '#0078d4',
  'button-foreground': '#fff',
  'input-background': '#313131',
  'input-foreground': '#ccc',
  'input-border': '#3c3c3c',
  'textLink-foreground': '#4daafc',
};
const LIGHT: Readonly<Record<string, string>> = {
  foreground: '#3b3b3b',
  descriptionForeground: '#3b3b3b',
  errorForeground: '#c72e0f',
  focusBorder: '#005fb8',
  'editor-background': '#fff',
  'editorWidget-background': '#f8f8f8',
  'sideBar-background': '#f8f8f8',
  'panel-border': '#e5e5e5',
  'backpass-upstreamGradient': '#8a5300',
  'backpass-accumulatedGrad': '#2f6f2b',
  'backpass-value': '#1757a6',
  'list-activeSelectionBackground': '#e8e8e8',
  'list-activeSelectionForeground': '#000',
  'list-hoverBackground': '#f2f2f2',
  'toolbar-hoverBackground': '#b8b8b850',
  'button-background': '#005fb8',
  'button-foreground': '#fff',
  'input-background': '#fff',
  'input-foreground': '#3b3b3b',
  'input-border': '#cecece',
  'textLink-foreground': '#005fb8',
};

function themes(): string {
  return `:root{${FONTS}${declarations(DARK)}}@media (prefers-color-scheme:light){:root{${declarations(LIGHT)}}}`;
}

const declarations = (colours: Readonly<Record<string, string>>): string =>
  Object.entries(colours)
    .map(([name, colour]) => `--vscode-${name}:${colour};`)
    .join('');

/** JSON that cannot end the element it stands in. */
const inert = (json: string): string => json.replaceAll('<', '\\u003c');

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
