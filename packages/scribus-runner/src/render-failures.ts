import { PubpipeError, type RenderStage } from '@pubpipe/core/driver';
import type { InspectedDocument } from './document/inspect-document.ts';
import { documentTooNew } from './document/refuse-newer.ts';
import { compareToInstalled } from './document/scribus-version.ts';
import type { ProcessEnd } from './engine/scribus-engine.ts';
import { temporaryUnwritable } from './engine/temporary-unwritable.ts';
import type { ScripterAnswer } from './protocol/answer.ts';
import { protocolVersion } from './protocol/hello.ts';
import type { MissedDeadline } from './stage-deadlines.ts';
import { outputUnwritable } from './staging-directory.ts';

const doing: Readonly<Record<RenderStage, string>> = {
  waiting: 'waiting for a free place',
  starting: 'starting Scribus',
  opening: 'opening the document',
  exporting: 'exporting',
  checking: 'checking the output',
};

/** The `RENDER_TIMEOUT` error; details `stage`, `timeoutMs`, `of`, `log`. */
export const timedOut = ({ stage, timeoutMs, of }: MissedDeadline, log: string): PubpipeError => {
  const what = of === 'render' ? 'The render' : `The stage "${stage}"`;
  return new PubpipeError(
    'RENDER_TIMEOUT',
    `${what} took longer than ${timeoutMs} ms and was stopped while ${doing[stage]}.`,
    { details: { stage, timeoutMs, of, log } },
  );
};

/** The error for a Scribus that ended, or talked nonsense, before it was done. */
export function crashed(
  end: ProcessEnd,
  at: { readonly stage: RenderStage; readonly babble: string | undefined; readonly log: string },
): PubpipeError {
  const how = end.signal === undefined ? `exit code ${end.exitCode}` : end.signal;
  const details = { stage: at.stage, exitCode: end.exitCode ?? null, signal: end.signal ?? null, log: at.log };
  if (at.babble !== undefined) return spokeNonsense(at.babble, at);
  if (at.stage === 'starting') {
    // No document had been opened: this is the installation's fault.
    const message = `Scribus ended with ${how} before it could do anything: details.log holds what it printed.`;
    return new PubpipeError('RENDERER_UNAVAILABLE', message, { details });
  }
  const why = end.signal === 'SIGKILL' ? 'killed, perhaps for lack of memory' : 'the document may be damaged';
  const message = `Scribus died (${how}) while ${doing[at.stage]}: ${why}.`;
  return new PubpipeError('RENDERER_CRASHED', message, { details });
}

/** The error for a Scribus that said `answer`, which is none, or not one that may come now. */
export function spokeNonsense(
  answer: string,
  { stage, log }: { readonly stage: RenderStage; readonly log: string },
): PubpipeError {
  // No document had been opened: this is the installation's fault.
  const code = stage === 'starting' ? 'RENDERER_UNAVAILABLE' : 'RENDERER_CRASHED';
  const message = `Scribus answered nonsense while ${doing[stage]} and was stopped.`;
  return new PubpipeError(code, message, { details: { stage, answer, log } });
}

/** The error for what the script says it failed of. */
export function refused(
  { kind, message }: Extract<ScripterAnswer, { readonly type: 'failed' }>,
  about: { readonly document: InspectedDocument; readonly scribusVersion: string; readonly log: string },
): PubpipeError {
  const { document, scribusVersion, log } = about;
  if (kind === 'sandbox') return new PubpipeError('RENDERER_UNAVAILABLE', message, { details: { log } });
  if (kind === 'output') return outputUnwritable(oneLine(message), { log });
  if (kind === 'temporary') return temporaryUnwritable(oneLine(message), { log });
  if (kind === 'export') {
    return new PubpipeError('RENDER_FAILED', `Scribus refused the export: ${oneLine(message)}.`, { details: { log } });
  }
  const { version, doubt } = document;
  if (version !== undefined && compareToInstalled(version, scribusVersion) !== 'not-newer') {
    return documentTooNew(version, scribusVersion);
  }
  const why = doubt === undefined ? '' : ` It has a ${doubt.reason} in line ${doubt.line}.`;
  return new PubpipeError('DOCUMENT_UNREADABLE', `Scribus ${scribusVersion} can't open the document.${why}`, {
    details: { ...(doubt && { line: doubt.line }), log },
  });
}

/**
 * Compares the script's protocol to ours.
 *
 * @throws PubpipeError `RENDERER_UNAVAILABLE` when they differ.
 */
export function checkProtocol(protocol: number): void {
  if (protocol === protocolVersion) return;
  throw new PubpipeError(
    'RENDERER_UNAVAILABLE',
    `The script in Scribus speaks protocol ${protocol} instead of ${protocolVersion}: install the package anew.`,
  );
}

// It may be a document's word, and as long as it likes.
const maxReasonLength = 1000;

const oneLine = (text: string): string =>
  text
    .slice(0, maxReasonLength)
    .replaceAll(/\s*\n\s*/g, '; ')
    .replace(/\.$/, '');
