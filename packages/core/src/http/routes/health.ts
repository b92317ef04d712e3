import { z } from 'zod';
import { isPubpipeError, type PubpipeError } from '../../errors/pubpipe-error.ts';
import { parseArtifactKey } from '../../ports/artifact-key.ts';
import type { HttpParts } from '../http-parts.ts';
import { jsonResponse } from '../http-response.ts';
import { defineRoute, type Route } from '../route.ts';

/** How the server is, without details. */
const healthSchema = z.object({ status: z.enum(['ok', 'unavailable']) });

const nobody = { tenant: 'health', id: '00000000-0000-7000-8000-000000000000' };
const nothing = parseArtifactKey('health');
const answerWithinMs = 2_000;
const keptForMs = 1_000;

/** Whether the process answers at all. */
export function liveRoute(parts: HttpParts): Route {
  return defineRoute(parts, {
    method: 'GET',
    path: '/health/live',
    operationId: 'isLive',
    summary: 'Whether the process answers',
    access: 'public',
    responses: { 200: { description: 'It does.', schema: healthSchema } },
    respond: () => jsonResponse(200, { status: 'ok' }),
  });
}

/** Whether the database and the artifact store answer. Everybody may ask, so they are asked at most once a second. */
export function readyRoute(parts: HttpParts): Route {
  let kept: { readonly until: number; readonly isReady: Promise<boolean> } | undefined;
  return defineRoute(parts, {
    method: 'GET',
    path: '/health/ready',
    operationId: 'isReady',
    summary: 'Whether requests can be served',
    access: 'public',
    responses: {
      200: { description: 'They can.', schema: healthSchema },
      503: { description: 'The database or the artifact store does not answer.', schema: healthSchema },
    },
    async respond() {
      if (kept === undefined || kept.until <= performance.now()) {
        const isReady = askParts(parts);
        const own = { until: Number.POSITIVE_INFINITY, isReady };
        kept = own;
        void isReady.then(() => {
          if (kept === own) kept = { until: performance.now() + keptForMs, isReady };
        });
      }
      const isReady = await kept.isReady;
      return jsonResponse(isReady ? 200 : 503, { status: isReady ? 'ok' : 'unavailable' });
    },
  });
}

async function askParts({ pipeline }: HttpParts): Promise<boolean> {
  const { jobStore, artifactStore, logger } = pipeline.parts;
  const signal = AbortSignal.timeout(answerWithinMs);
  const late = new Promise<false>((resolve) => {
    signal.addEventListener('abort', () => resolve(false), { once: true });
  });
  const answers = async (question: Promise<unknown>, absence: PubpipeError['code']): Promise<boolean> => {
    try {
      await question;
      return true;
    } catch (error) {
      // Absence is what an answer looks like here.
      if (isPubpipeError(error) && error.code === absence) return true;
      logger.warn({ err: error }, 'not ready');
      return false;
    }
  };
  const both = Promise.all([
    answers(jobStore.get(nobody), 'JOB_NOT_FOUND'),
    answers(artifactStore.head(nothing, { signal }), 'ARTIFACT_NOT_FOUND'),
  ]);
  return await Promise.race([both.then((all) => all.every(Boolean)), late]);
}
