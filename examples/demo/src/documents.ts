import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A document that the demo can render. */
export interface DemoDocument {
  /** What it is called on the screen, and the name of the folder with its results. */
  readonly name: string;
  /** Absolute path of the folder that it and the files beside it are in. */
  readonly folder: string;
  readonly fileName: string;
  /** Paths beside the document of the images and fonts that it needs. */
  readonly assets: readonly string[];
  /** A file with records, beside the document, which is filled with each of them; and how they are named. */
  readonly records?: { readonly fileName: string; readonly name: string } | undefined;
}

interface Template {
  readonly name: string;
  /** Below Scribus' folder of templates. */
  readonly path: string;
  readonly images?: readonly string[];
}

const templates: readonly Template[] = [
  { name: 'business-card', path: 'buscard9/buscard9.sla.gz' },
  { name: 'card-collection', path: 'buscard_coll/business_card_collection.sla.gz' },
  { name: 'brochure', path: 'br1/br1.sla.gz', images: ['map.jpg'] },
  { name: 'newsletter', path: 'nl1/nl1.sla.gz', images: ['kites.jpg'] },
  { name: 'bulletin', path: 'textbased/textbased.sla.gz', images: ['an_image.jpg', 'author.jpg'] },
  { name: 'magazine-cover', path: 'cover1/cover1.sla.gz' },
  { name: 'menu', path: 'mc/menu_template1.sla.gz' },
  { name: 'slide', path: 'pres_backgr_1/blue_orange_vector.sla.gz' },
  { name: 'folding-box', path: 'cc/Cheat_Cube.sla.gz' },
  {
    name: 'book',
    path: 'Lulu_and_Createspace_6x9_paper_book/Lulu_and_Createspace_6x9_paper_book.sla.gz',
    images: ['Tomato_Clipart.png'],
  },
];

const ownDocument: DemoDocument = {
  name: 'concert-programme',
  folder: fileURLToPath(new URL('../../documents/lakeside-concerts', import.meta.url)),
  fileName: 'lakeside-concerts.sla',
  assets: ['images/lake-at-dusk.png', 'fonts/LeagueSpartan-Bold.otf', 'fonts/GoudyBookletter1911.otf'],
};

const tickets: DemoDocument = {
  name: 'tickets',
  folder: fileURLToPath(new URL('../../documents/lakeside-tickets', import.meta.url)),
  fileName: 'lakeside-tickets.sla',
  assets: [],
  records: { fileName: 'guests.csv', name: '%VAR_COUNT%-%VAR_name%' },
};

const ownDocuments: readonly DemoDocument[] = [ownDocument, tickets];

/** The names of all documents, in the order in which they are submitted. */
export const documentNames: readonly string[] = [...ownDocuments, ...templates].map(({ name }) => name);

const usualTemplateFolders = ['/usr/share/scribus/templates', '/usr/local/share/scribus/templates'];

/** Where the templates of the installed Scribus are, if they are at one of the usual places. */
export function findTemplateFolder(): string | undefined {
  return usualTemplateFolders.find((folder) => existsSync(folder));
}

/**
 * Chooses documents by name: the project's own, and templates that Scribus brings.
 *
 * @throws Error with a sentence for the user when the templates that were asked for are not there.
 */
export function chooseDocuments(names: readonly string[], templateFolder: string | undefined): DemoDocument[] {
  const chosen = templates.filter(({ name }) => names.includes(name));
  const own = ownDocuments.filter(({ name }) => names.includes(name));
  if (chosen.length === 0) return own;
  if (templateFolder === undefined) {
    throw new Error(
      `Scribus' templates are neither in ${usualTemplateFolders.join(' nor in ')}. Install them ` +
        "(Debian's package is scribus-data), or say where they are: --templates FOLDER.",
    );
  }
  return [...own, ...chosen.map((template) => toDocument(template, templateFolder))];
}

function toDocument({ name, path, images = [] }: Template, templateFolder: string): DemoDocument {
  return { name, folder: join(templateFolder, path, '..'), fileName: basename(path), assets: images };
}
