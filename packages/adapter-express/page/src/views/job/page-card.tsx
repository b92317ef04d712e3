import { useRef } from 'preact/hooks';
import type { ShownPage } from '../../jobs/gather-pages.ts';
import { usePicture } from '../../pictures/use-picture.ts';
import { Findings } from './findings.tsx';

/** A page: its picture, or the place for it, and what was found on it. */
export function PageCard({
  page: { number, picture, findings },
  isUnderWay,
  onView,
}: {
  readonly page: ShownPage;
  readonly isUnderWay: boolean;
  readonly onView: () => void;
}) {
  const place = useRef<HTMLLIElement>(null);
  const state = usePicture(picture, place);
  const name = `Page ${number}`;
  return (
    <li ref={place} class="page">
      {typeof state === 'object' ? (
        <button type="button" class="picture" aria-label={`Enlarge page ${number}`} onClick={onView}>
          <img src={state.url} alt="" />
        </button>
      ) : (
        <div class="picture place" data-state={picture === undefined && !isUnderWay ? 'none' : state}>
          {placeText(picture !== undefined, isUnderWay, state)}
        </div>
      )}
      <h3>{name}</h3>
      {findings.length > 0 && <Findings findings={findings} />}
    </li>
  );
}

function placeText(hasPicture: boolean, isUnderWay: boolean, state: 'waiting' | 'failed'): string {
  if (hasPicture) return state === 'failed' ? "The picture can't be fetched" : '';
  return isUnderWay ? '' : 'No picture';
}
