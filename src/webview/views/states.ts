/** The page without a graph: nothing run, running, failed, nothing recorded, or a pass of which the graph was not kept. */
import { formatElement, formatRoots } from '../../trace/format.ts';
import type { Pass, Trace } from '../../trace/model.ts';
import { labelOfTensor, tensorById } from '../../trace/queries.ts';
import { t } from '../l10n.ts';
import type { Action, Model } from '../store.ts';
import { button, child, type Html, show } from './elements.ts';
import { baseName } from './toolbar.ts';

interface Page {
  readonly kind: string;
  readonly title: string;
  readonly text: string;
  /** What is known, a line each. */
  readonly lines?: readonly string[];
  readonly action: string | null;
}

/** Draws the page that stands in for the graph; answers whether one does. */
export function renderStates(parent: Html, model: Model, send: (action: Action) => void): boolean {
  const page = pageOf(model);
  show(parent, page !== null);
  if (page === null) return false;
  parent.attr('class', `states ${page.kind}`).attr('aria-busy', String(page.kind === 'running'));
  child(parent, 'h2', 'title').text(page.title);
  child(parent, 'p', 'text').text(page.text);
  child(parent, 'ul', 'lines')
    .selectAll('li')
    .data(page.lines ?? [])
    .join('li')
    .text((line) => line);
  show(child(parent, 'div', 'progress').attr('aria-hidden', 'true'), page.kind === 'running');
  const run = button(parent, 'primary', page.action ?? '', () => send({ kind: 'run' }));
  show(run, page.action !== null);
  return true;
}

function pageOf({ shown, file, pass }: Model): Page | null {
  switch (shown.kind) {
    case 'empty':
      return file === null ? firstPage() : keptPage(baseName(file));
    case 'running':
      return {
        kind: 'running',
        title: t('Running {0}…', baseName(shown.file)),
        text: t('The graph appears when the program ends.'),
        action: null,
      };
    case 'failed':
      return { kind: 'failed', title: shown.message, text: shown.hint ?? '', action: t('Run again') };
    case 'trace':
      return pageOfTrace(shown.trace, pass);
  }
}

function pageOfTrace(trace: Trace, index: number | null): Page | null {
  if (trace.tensors.length === 0 && trace.nodes.length === 0) return nothingRecorded(trace.error !== null);
  const pass = index === null ? undefined : trace.passes[index];
  return pass === undefined || pass.whole ? null : summaryPage(trace, pass);
}

function summaryPage(trace: Trace, { index, summary }: Pass): Page {
  const leaves = (summary?.leaves ?? []).flatMap(({ tensor, norm }) => {
    const found = tensorById(trace, tensor);
    const name = found === null ? null : labelOfTensor(found);
    return name === null ? [] : [`|${name}.grad| = ${norm === null ? 'inf' : formatElement(norm, 'float32')}`];
  });
  return {
    kind: 'summary',
    title: t('Of pass {0} the summary is kept', index + 1),
    text: t('In a long run the first and the last passes keep their graph.'),
    lines: [`${t('Root')} = ${formatRoots(summary?.roots ?? []).join(', ')}`, ...leaves],
    action: null,
  };
}

function firstPage(): Page {
  return {
    kind: 'empty',
    title: t('See the backward pass'),
    text: t(
      'Open a Python file that uses torch and run it. Its graph appears here: every node with its upstream gradient, every leaf with its accumulated .grad.',
    ),
    action: t('Run Backward'),
  };
}

/** The window was loaded again: the page remembers what it showed, but the run is gone. */
function keptPage(name: string): Page {
  return {
    kind: 'kept',
    title: t('The graph of {0} was here', name),
    text: t('A run ends with its window. Run the program again: what was chosen here comes back with its graph.'),
    action: t('Run again'),
  };
}

function nothingRecorded(failed: boolean): Page {
  return {
    kind: 'nothing',
    title: t('No tensors were recorded'),
    text: failed
      ? t('The program stopped before it made a tensor. Correct the error and run it again.')
      : t(
          'The program ran to its end without making a tensor. Make one with torch.tensor(…, requires_grad=True), compute with it, and call .backward().',
        ),
    action: t('Run again'),
  };
}
