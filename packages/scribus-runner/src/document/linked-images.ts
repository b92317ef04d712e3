import type { LinkedImage } from '../protocol/request.ts';

// A document with more is still rendered; the check just doesn't look further.
const maxLinkedImages = 10_000;
const imageFrame = '2';
const frames: ReadonlySet<string> = new Set(['PAGEOBJECT', 'MASTEROBJECT', 'FRAMEOBJECT']);

/** Collects the image frames of a document that show a file lying elsewhere, also those inside groups and texts. */
export class LinkedImages {
  readonly #images: LinkedImage[] = [];

  /** What has been found. */
  get found(): readonly LinkedImage[] {
    return this.#images;
  }

  /** Looks at one element. */
  see(element: string, attributes: Readonly<Record<string, string>>): void {
    if (!frames.has(element) || attributes['PTYPE'] !== imageFrame) return;
    const { PFILE: file, ANNAME: name, OwnPage: page, OnMasterPage: master, isInlineImage: embedded } = attributes;
    if (file === undefined || file === '' || embedded === '1' || this.#images.length === maxLinkedImages) return;
    if (element === 'PAGEOBJECT' && isPasteboard(page)) return;
    this.#images.push({
      file,
      object: name ?? null,
      page: element === 'PAGEOBJECT' ? Number(page) + 1 : null,
      master: element === 'MASTEROBJECT' ? (master ?? null) : null,
    });
  }
}

/** What lies beside the pages is never printed. */
const isPasteboard = (page: string | undefined): boolean => !/^\d+$/.test(page ?? '');
