import { once } from 'node:events';

/** Says that everything is loaded, and waits for the test to let all processes go at the same time. */
export async function beginTogether(): Promise<readonly string[]> {
  process.stdout.write('ready\n');
  await once(process.stdin, 'data');
  return process.argv.slice(2);
}
