import type { ArtifactJson } from '@pubpipe/core/http';
import type { RefObject } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { useApp } from '../views/app-context.ts';

/** Where a picture is: not looked for yet, on its way, there, or not to be had. */
export type PictureState = { readonly url: string } | 'waiting' | 'failed';

/** The picture of an artifact, fetched once its place comes near the screen. */
export function usePicture(artifact: ArtifactJson | undefined, place: RefObject<Element | null>): PictureState {
  const { pictures } = useApp();
  const [state, setState] = useState<PictureState>('waiting');
  const isNear = useIsNear(place);
  useEffect(() => {
    if (artifact === undefined || !isNear) return undefined;
    let isCurrent = true;
    pictures
      .hold(artifact)
      .then((url) => isCurrent && setState({ url }))
      .catch(() => isCurrent && setState('failed'));
    return () => {
      isCurrent = false;
      setState('waiting');
      pictures.letGo(artifact);
    };
  }, [artifact?.id, isNear]);
  return state;
}

function useIsNear(place: RefObject<Element | null>): boolean {
  const [isNear, setIsNear] = useState(false);
  useEffect(() => {
    const { current } = place;
    if (current === null) return undefined;
    const observer = new IntersectionObserver(([entry]) => setIsNear(entry?.isIntersecting === true), {
      rootMargin: '400px',
    });
    observer.observe(current);
    return () => observer.disconnect();
  }, []);
  return isNear;
}
