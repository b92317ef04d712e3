import { PassThrough } from 'node:stream';
import { PubpipeError } from '@pubpipe/core';
import { expect, it } from 'vitest';
import { createTextReporter } from './reporter.ts';

const document = { argument: 'flyer.sla', path: '/flyer.sla', pdf: '/flyer.pdf', png: undefined };

function report() {
  const [stdout, stderr] = [new PassThrough({ encoding: 'utf8' }), new PassThrough({ encoding: 'utf8' })];
  return { reporter: createTextReporter(stdout, stderr), printed: () => String(stderr.read() ?? '') };
}

it('prints one line for each fault, whatever a document names its files', () => {
  const { reporter, printed } = report();

  reporter.failed(document, new PubpipeError('PREFLIGHT_FAILED', 'The image "a\nb\u001b[2J.png" is missing.'));

  expect(printed()).toBe('flyer.sla: The image "a b [2J.png" is missing. [PREFLIGHT_FAILED]\n');
});

it('prints one line when it is stopped, none for each document', () => {
  const { reporter, printed } = report();

  reporter.failed(document, new PubpipeError('CANCELLED', 'Cancelled.'));
  reporter.stopped({ rendered: 2, notRendered: 3 });

  expect(printed()).toBe('Stopped: 2 rendered, 3 not rendered.\n');
});
