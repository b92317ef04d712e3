import { useEffect, useRef } from 'preact/hooks';
import { usePageImage } from '../../images/use-page-image.ts';
import type { ShownPage } from '../../jobs/gather-pages.ts';
import { Findings } from './findings.tsx';

/** A page of a document by itself, larger; the arrow keys turn pages, and Escape goes back. */
export function PageViewer({
  pages,
  number,
  title,
  onTurn,
  onClose,
}: {
  readonly pages: readonly ShownPage[];
  readonly number: number;
  /** Whose pages they are, where others have pages too. */
  readonly title?: string;
  readonly onTurn: (number: number) => void;
  readonly onClose: () => void;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const index = pages.findIndex((page) => page.number === number);
  const page = pages[index];
  const image = usePageImage(page?.image, dialog);
  useEffect(() => dialog.current?.showModal(), []);
  const turn = (by: number): void => {
    const target = pages[index + by];
    if (target !== undefined) onTurn(target.number);
  };
  return (
    <dialog
      ref={dialog}
      class="viewer"
      aria-labelledby="viewer-heading"
      onClose={onClose}
      onKeyDown={({ key }) => turn(key === 'ArrowRight' ? 1 : key === 'ArrowLeft' ? -1 : 0)}
    >
      <div class="viewer-head">
        <h2 id="viewer-heading" aria-live="polite">
          {title !== undefined && `${title}: `}Page {number} of {pages.length}
        </h2>
        <div class="actions">
          <button type="button" class="button" aria-disabled={index <= 0} onClick={() => turn(-1)}>
            Previous
          </button>
          <button type="button" class="button" aria-disabled={index >= pages.length - 1} onClick={() => turn(1)}>
            Next
          </button>
          <button type="button" class="button" onClick={() => dialog.current?.close()}>
            Close
          </button>
        </div>
      </div>
      {typeof image === 'object' ? (
        <img src={image.url} alt={`Page ${number}`} />
      ) : (
        <p class="loading">{page?.image === undefined ? 'There is no image of this page.' : 'Fetching …'}</p>
      )}
      {page !== undefined && page.findings.length > 0 && <Findings findings={page.findings} />}
    </dialog>
  );
}
