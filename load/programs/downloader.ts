// Downloads over two ways in turns, in a process of its own, and prints how many seconds each took:
//
//   downloader.ts {"port":…,"key":…,"paths":[…,…],"byteSize":…,"rounds":…}
import { connect } from 'node:net';
import type { DownloaderSetup } from './setups.ts';

const { port, key, paths, byteSize, rounds } = JSON.parse(process.argv[2] ?? '') as DownloaderSetup;
const seconds: number[][] = paths.map(() => []);
// The first round opens files and compiles code: it does not count.
for (let round = 0; round <= rounds; round += 1) {
  // Who goes first changes with each round.
  const order = round % 2 === 0 ? paths : paths.toReversed();
  for (const path of order) {
    const taken = await download(path);
    if (round > 0) seconds[paths.indexOf(path)]?.push(taken);
  }
}
console.log(JSON.stringify(seconds));

/** Reads as fast as bytes come, into the same memory again and again, so that the server is what is measured. */
async function download(path: string): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const begunAt = performance.now();
  let received = 0;
  let head = '';
  const onread = {
    buffer: Buffer.alloc(1024 * 1024),
    callback(bytes: number, buffer: Uint8Array): boolean {
      if (received === 0) head = Buffer.from(buffer.subarray(0, Math.min(bytes, 12))).toString();
      received += bytes;
      return true;
    },
  };
  const socket = connect({ port, host: '127.0.0.1', onread });
  socket.on('error', reject);
  socket.on('close', () => {
    // What is more than the file is the head of the answer.
    if (head === 'HTTP/1.1 200' && received > byteSize) resolve((performance.now() - begunAt) / 1_000);
    else reject(new Error(`${path}: ${head}, ${received} bytes`));
  });
  socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-API-Key: ${key}\r\nConnection: close\r\n\r\n`);
  return await promise;
}
