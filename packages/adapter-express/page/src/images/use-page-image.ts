import type { ArtifactJson } from '@pubpipe/core/http';
import type { RefObject } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { useApp } from '../views/app-context.ts';

/** Where an image is: not looked for yet, on its way, there, or not to be had. */
export type PageImageState = { readonly url: string } | 'waiting' | 'failed';

/** The image of an artifact, fetched once its place comes near the screen. */
export function usePageImage(artifact: ArtifactJson | undefined, place: RefObject<Element | null>): PageImageState {
  const { pageImages, feed } = useApp();
  const [state, setState] = useState<PageImageState>('waiting');
  const [attempt, setAttempt] = useState(1);
  const isNear = useIsNear(place);
  useEffect(() => {
    if (state !== 'failed') return undefined;
    // It may be there when the server is.
    return feed.subscribe(() => {
      if (feed.state.kind === 'live') setAttempt(attempt + 1);
    });
  }, [state, attempt]);
  useEffect(() => {
    if (artifact === undefined || !isNear) return undefined;
    let isCurrent = true;
    pageImages
      .hold(artifact)
      .then((url) => isCurrent && setState({ url }))
      .catch(() => isCurrent && setState('failed'));
    return () => {
      isCurrent = false;
      setState('waiting');
      pageImages.letGo(artifact);
    };
  }, [artifact?.id, isNear, attempt]);
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
