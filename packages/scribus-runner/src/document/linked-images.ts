import type { LinkedImage } from '../protocol/request.ts';
import { nameOf } from './attributes.ts';
import type { DocumentCollector, DocumentElement } from './document-collector.ts';

// A document with more is still rendered; the check just doesn't look further. They travel to Scribus on one line.
const maxLinkedImages = 10_000;
const maxCharacters = 2 * 1024 * 1024;
const imageFrame = '2';
const frames: ReadonlySet<string> = new Set(['PAGEOBJECT', 'MASTEROBJECT', 'FRAMEOBJECT']);

/**
 * Collects the image frames of a document that show a file lying elsewhere, also those inside groups and
 * texts. Those inside patterns are left out: nothing says where, and whether, a pattern is used.
 */
export class LinkedImages implements DocumentCollector {
  readonly #images: LinkedImage[] = [];
  #characters = 0;
  #patternDepth = 0;

  /** What has been found. */
  get found(): readonly LinkedImage[] {
    return this.#images;
  }

  open({ name: element, attributes }: DocumentElement): void {
    if (element === 'Pattern') this.#patternDepth += 1;
    if (this.#patternDepth > 0 || !frames.has(element) || attributes['PTYPE'] !== imageFrame) return;
    const { PFILE: file, ANNAME: name, OwnPage: page, OnMasterPage: master, isInlineImage: embedded } = attributes;
    if (file === undefined || file === '' || embedded === '1' || this.#images.length === maxLinkedImages) return;
    // Scribus writes the members of a group as objects of a page, also on a master page, and then gives its number.
    const onMaster = element === 'MASTEROBJECT' || (master !== undefined && master !== '');
    const onPage = element === 'PAGEOBJECT' && !onMaster;
    if (onPage && isPasteboard(page)) return;
    this.#characters += file.length + (master?.length ?? 0);
    if (this.#characters > maxCharacters) return;
    this.#images.push({
      file,
      object: nameOf(name) ?? null,
      page: onPage ? Number(page) + 1 : null,
      master: onMaster ? (master ?? null) : null,
    });
  }

  close(element: string): void {
    if (element === 'Pattern') this.#patternDepth -= 1;
  }
}

/** What lies beside the pages is never printed. */
const isPasteboard = (page: string | undefined): boolean => !/^\d+$/.test(page ?? '');
