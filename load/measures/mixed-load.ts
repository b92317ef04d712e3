import { type Exchange, sendSteadily } from '../client/send-steadily.ts';
import type { Stage } from '../stage/open-stage.ts';
import { anyDocument, uploadFile } from '../stage/upload-file.ts';

/** What is sent. */
export interface MixedLoadOptions {
  readonly ratePerSecond: number;
  readonly seconds: number;
  /** Sent at the same rate before, and not counted: a process that has just begun compiles what it runs. */
  readonly warmUpSeconds: number;
}

/** What became of it. */
export interface MixedLoad {
  /** Those that count. */
  readonly exchanges: readonly Exchange[];
  /** The ids of all jobs that were accepted, those of the warm-up too. */
  readonly accepted: readonly string[];
}

/** What is asked for. */
export const routes = ['POST /jobs', 'GET /jobs/{id}', 'GET /jobs'] as const;

/** As clients do that submit a job and look after it: three look at one job while one submits and one lists. */
const [submits, reads, lists] = routes;
const turns = [submits, reads, lists, reads, reads] as const;

/**
 * Of five requests one submits a job, three read a single one, and one lists the last fifty. `begun` is called
 * when the first request that counts is due.
 */
export async function sendMixedLoad(
  { client }: Pick<Stage, 'client'>,
  { ratePerSecond, seconds, warmUpSeconds }: MixedLoadOptions,
  begun: () => void = () => undefined,
): Promise<MixedLoad> {
  const document = await uploadFile(client, 'card.sla', anyDocument);
  const accepted: string[] = [];
  const submit = async (index: number): Promise<number> => {
    const json = { document: document.id, renditions: [{ kind: 'pdf' }], reference: `order-${index}` };
    const headers = { 'Idempotency-Key': `order-${index}` };
    const { status, text } = await client.ask({ method: 'POST', path: '/print/jobs', json, headers });
    if (status === 202) accepted.push((JSON.parse(text) as { readonly id: string }).id);
    return status;
  };
  const read = async (path: string): Promise<number> => (await client.ask({ path })).status;
  // Each asks for another job, old ones as well as new ones.
  const anyOf = (index: number): string => accepted[(index * 7_919) % accepted.length] ?? '';

  await submit(-1);
  const uncounted = warmUpSeconds * ratePerSecond;
  const exchanges = await sendSteadily({
    ratePerSecond,
    count: uncounted + seconds * ratePerSecond,
    send(index) {
      if (index === uncounted) begun();
      const route = turns[index % turns.length] ?? reads;
      if (route === submits) return { route, status: submit(index) };
      return { route, status: read(route === lists ? '/print/jobs' : `/print/jobs/${anyOf(index)}`) };
    },
  });
  return { exchanges: exchanges.slice(uncounted), accepted };
}

/** Whether a request was answered, and well. */
export const isGood = ({ status }: Exchange): boolean => status !== undefined && status >= 200 && status < 300;
