import { readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { cancelled, isPubpipeError, type MergedDocument, type Merger, parseAssetName } from '@pubpipe/core';
import { bytesOf, failsAtFirst, recordsOf, renderMsOf } from './content.ts';
import { failOnce, pause } from './stub-renderer.ts';

/** A merger whose files are a function of the template; each takes 5 to 50 ms, and one of some templates' fails at first. */
export function createStubMerger({ notesDirectory }: { readonly notesDirectory: string }): Merger {
  return {
    async prepare({ inputDirectory, outputDirectory, template: name }) {
      const template = await readFile(join(inputDirectory, name));
      const files = recordsOf(template);
      const failing = failsAtFirst(template) ? Math.ceil(files.length / 2) : 0;

      async function make(record: number): Promise<MergedDocument> {
        const document = { records: { first: record, last: record }, name: String(record), path: 'fast' } as const;
        try {
          if (record === failing) await failOnce(join(notesDirectory, basename(name)));
        } catch (error) {
          if (isPubpipeError(error)) return { ...document, status: 'failed', error };
          throw error;
        }
        const file = files[record - 1] ?? { name: '', byteSize: 0 };
        const path = join(outputDirectory, file.name);
        await writeFile(path, bytesOf(template, file));
        const mediaType = 'application/pdf';
        return {
          ...document,
          status: 'rendered',
          files: [{ kind: 'pdf', mediaType, name: parseAssetName(file.name), byteSize: file.byteSize }],
          result: { pageCount: 1, findings: [], stageMs: {}, renderedBy: { name: 'stub', version: '1' } },
          notes: [],
          discard: () => rm(path, { force: true }),
        };
      }

      return {
        facts: {
          format: 'csv',
          path: 'fast',
          encoding: 'utf-8',
          records: files.length,
          wanted: files.length,
          recordsPerDocument: 1,
          missingColumns: [],
        },
        async *documents({ signal, isDone } = {}) {
          for (let record = 1; record <= files.length; record += 1) {
            if (isDone?.({ first: record, last: record }) === true) continue;
            await pause(renderMsOf(template), signal);
            if (signal?.aborted === true) throw cancelled(signal);
            yield await make(record);
          }
        },
      };
    },
  };
}
