import { PubpipeError } from '@pubpipe/core/driver';
import { expect, it } from 'vitest';
import type { PlannedDocument } from './plan-outputs.ts';
import { createTextReporter } from './text-reporter.ts';

const document: PlannedDocument = {
  argument: 'docs/flyer.sla',
  path: '/srv/docs/flyer.sla',
  place: { inputDirectory: '/srv/docs', name: 'flyer.sla' },
  pdf: '/srv/docs/flyer.pdf',
  png: undefined,
  jpeg: undefined,
  preflight: undefined,
};

function report() {
  const [out, err]: [string[], string[]] = [[], []];
  const printer = { out: (text: string) => void out.push(text), err: (text: string) => void err.push(text) };
  return { reporter: createTextReporter(printer, { printReport: false }), printed: () => err.join('') };
}

const unsafe = (reason: string, value: string | null) =>
  new PubpipeError('UNSAFE_DOCUMENT', 'The document does.', { details: { reason, value } });

it('prints one line for each fault, whatever a document names its files', () => {
  const { reporter, printed } = report();

  reporter.failed(document, new PubpipeError('PREFLIGHT_FAILED', 'The image "a\nb\u001b[2J\u202e.png" is missing.'), 1);

  expect(printed()).toBe('docs/flyer.sla: The image "a b [2J .png" is missing. [PREFLIGHT_FAILED]\n');
});

it.each([
  { error: unsafe('path-outside', '../images/a.png'), directory: '/srv' },
  { error: unsafe('path-outside', '/srv/docs/../images/b/a.png'), directory: '/srv' },
  { error: unsafe('symlink', 'logo.png'), directory: 'DIR, a directory that holds both.' },
  { error: unsafe('path-outside', 'x'.repeat(200)), directory: 'DIR, a directory that holds both.' },
])('says how files elsewhere are allowed: $directory', ({ error, directory }) => {
  const { reporter, printed } = report();

  reporter.failed(document, error, 1);

  expect(printed()).toBe(
    `docs/flyer.sla: The document does. To allow it: --input-directory ${directory} [UNSAFE_DOCUMENT]\n`,
  );
});

it.each([
  { error: unsafe('path-outside', '/etc/passwd'), place: document.place },
  { error: unsafe('url', 'http://x'), place: document.place },
  { error: unsafe('path-outside', '../a.png'), place: { ...document.place, name: 'flyer.zip' } },
])('does not tell to allow what is not meant to be: $error.details', ({ error, place }) => {
  const { reporter, printed } = report();

  reporter.failed({ ...document, place }, error, 1);

  expect(printed()).toBe('docs/flyer.sla: The document does. [UNSAFE_DOCUMENT]\n');
});

it('counts at the end where there is something to count', () => {
  const { reporter, printed } = report();

  reporter.ended({ rendered: 1, failed: 0, stopped: 0 });
  reporter.ended({ rendered: 0, failed: 1, stopped: 0 });
  reporter.ended({ rendered: 2, failed: 1, stopped: 0 });
  reporter.ended({ rendered: 2, failed: 1, stopped: 2 });

  expect(printed()).toBe('2 rendered, 1 not rendered.\nStopped: 2 rendered, 3 not rendered.\n');
});
