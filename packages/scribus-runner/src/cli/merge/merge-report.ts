import { randomUUID } from 'node:crypto';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { SharedFindings } from '@pubpipe/core/driver';
import { hiddenPrefix } from '../../engine/workspace-owner.ts';
import { unwritable } from '../place-outputs.ts';
import type { MergeEntry } from './merge-entry.ts';
import type { JoinedDocuments } from './merge-join.ts';

/** How a merge ended. */
export interface MergeSummary {
  readonly rendered: number;
  readonly failed: number;
  /** How many documents were made by each path, those that failed included. */
  readonly paths: { readonly fast: number; readonly xml: number };
  /** Records of whose documents there are no proofs, of those that were to have some; left out when none were. */
  readonly missingProofs?: readonly number[] | undefined;
  /** The first record that was not come to an end with; null when there is none. */
  readonly resumeFrom: number | null;
  /** The PDF of all documents; null when there is none, left out when none was asked for. */
  readonly joined?: JoinedDocuments | null | undefined;
}

/**
 * The report of a merge, as JSON. It is written while documents end, so that it may be of a million; it has its name
 * when it is whole.
 */
export class MergeReport {
  readonly #path: string;
  readonly #unfinished: string;
  readonly #file: FileHandle;
  readonly #shared = new SharedFindings();
  #separator = '';

  private constructor(path: string, unfinished: string, file: FileHandle) {
    this.#path = path;
    this.#unfinished = unfinished;
    this.#file = file;
  }

  /** Begins a report with what is known already. Throws `OUTPUT_UNWRITABLE`, as all of its methods do. */
  static async begin(path: string, facts: object): Promise<MergeReport> {
    const unfinished = join(dirname(path), `${hiddenPrefix('output')}${randomUUID()}`);
    try {
      const report = new MergeReport(path, unfinished, await open(unfinished, 'wx'));
      await report.#file.write(`${JSON.stringify(facts, undefined, 2).replace(/\n\}$/, '')},\n  "documents": [`);
      return report;
    } catch (error) {
      throw unwritable(path, error);
    }
  }

  /** Notes what became of a document. */
  async add(entry: MergeEntry): Promise<void> {
    this.#shared.add(entry.records, entry.findings);
    await this.#write(`${this.#separator}\n    ${JSON.stringify(entry)}`);
    this.#separator = ',';
  }

  /** Ends the report and gives it its name. */
  async end(summary: MergeSummary): Promise<void> {
    const findings = this.#shared.list();
    const rest = JSON.stringify({ findings, ...summary }, undefined, 2).replace(/^\{/, '');
    await this.#write(`\n  ],${rest}\n`);
    try {
      await this.#file.close();
      await rename(this.#unfinished, this.#path);
    } catch (error) {
      throw unwritable(this.#path, error);
    }
  }

  /** Leaves nothing of a report that was not ended. Idempotent. */
  async close(): Promise<void> {
    await this.#file.close();
    await rm(this.#unfinished, { force: true });
  }

  async #write(text: string): Promise<void> {
    try {
      await this.#file.write(text);
    } catch (error) {
      throw unwritable(this.#path, error);
    }
  }
}
