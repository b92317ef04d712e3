import { useRef } from 'preact/hooks';
import { usePageImage } from '../../images/use-page-image.ts';
import type { ShownPage } from '../../jobs/gather-pages.ts';
import { Findings } from './findings.tsx';

/** A page: its image, or the place for it, and what was found on it. */
export function PageCard({
  page: { number, image, findings },
  isUnderWay,
  onView,
}: {
  readonly page: ShownPage;
  readonly isUnderWay: boolean;
  readonly onView: () => void;
}) {
  const place = useRef<HTMLLIElement>(null);
  const state = usePageImage(image, place);
  const name = `Page ${number}`;
  return (
    <li ref={place} class="page">
      {typeof state === 'object' ? (
        <button type="button" class="page-image" aria-label={`Enlarge page ${number}`} onClick={onView}>
          <img src={state.url} alt="" />
        </button>
      ) : (
        <div class="page-image place" data-state={image === undefined && !isUnderWay ? 'none' : state}>
          {placeText(image !== undefined, isUnderWay, state)}
        </div>
      )}
      <h3>{name}</h3>
      {findings.length > 0 && <Findings findings={findings} />}
    </li>
  );
}

function placeText(hasImage: boolean, isUnderWay: boolean, state: 'waiting' | 'failed'): string {
  if (hasImage) return state === 'failed' ? "The image can't be fetched" : '';
  return isUnderWay ? '' : 'No image';
}
