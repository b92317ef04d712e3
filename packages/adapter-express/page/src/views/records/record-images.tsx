import type { JobArtifactJson } from '@pubpipe/core/http';
import { useRef, useState } from 'preact/hooks';
import { usePageImage } from '../../images/use-page-image.ts';
import type { ShownPage } from '../../jobs/gather-pages.ts';
import { formatCount } from '../../text/format.ts';
import { PageViewer } from '../job/page-viewer.tsx';

// The viewer turns to the others.
const mostShown = 6;

/** The page images of a record, such as its proofs. */
export function RecordImages({ files, title }: { readonly files: readonly JobArtifactJson[]; readonly title: string }) {
  const [viewed, setViewed] = useState<number>();
  const pages = pagesOf(files);
  if (pages.length === 0) return null;
  return (
    <>
      <ul class="proofs">
        {pages.slice(0, mostShown).map((page) => (
          <Proof key={page.number} page={page} title={title} onView={() => setViewed(page.number)} />
        ))}
      </ul>
      {pages.length > mostShown && <p class="hint">And {formatCount(pages.length - mostShown, 'page')} more</p>}
      {viewed !== undefined && (
        <PageViewer
          pages={pages}
          number={viewed}
          title={title}
          onTurn={setViewed}
          onClose={() => setViewed(undefined)}
        />
      )}
    </>
  );
}

function Proof({
  page: { number, image },
  title,
  onView,
}: {
  readonly page: ShownPage;
  readonly title: string;
  readonly onView: () => void;
}) {
  const place = useRef<HTMLLIElement>(null);
  const state = usePageImage(image, place);
  return (
    <li ref={place}>
      {typeof state === 'object' ? (
        <button type="button" class="proof" aria-label={`Enlarge page ${number} of ${title}`} onClick={onView}>
          <img src={state.url} alt="" />
        </button>
      ) : (
        <div class="proof place">{state === 'failed' ? "The image can't be fetched" : ''}</div>
      )}
    </li>
  );
}

/** A document may have images of two kinds of one page, a rendition and a proof: one is enough to look at. */
function pagesOf(files: readonly JobArtifactJson[]): ShownPage[] {
  const images = new Map(
    files.flatMap(({ page, artifact }) =>
      page === undefined || artifact.state !== 'ready' ? [] : [[page, artifact] as const],
    ),
  );
  return [...images]
    .map(([number, image]) => ({ number, image, findings: [] }))
    .toSorted((a, b) => a.number - b.number);
}
