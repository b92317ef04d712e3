import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { useApp } from './app-context.ts';

let isFirst = true;

/** The heading of what is looked at. It gets the focus when the view has changed, and gives the window its title. */
export function PageHeading({ title, isHidden }: { readonly title: string; readonly isHidden?: boolean }) {
  const app = useApp();
  const heading = useRef<HTMLHeadingElement>(null);
  // Before anything is drawn: who presses Tab at once starts from here.
  useLayoutEffect(() => {
    // A page that has just been loaded begins at its beginning.
    if (!isFirst) heading.current?.focus();
    isFirst = false;
  }, []);
  useEffect(() => {
    document.title = title === app.title ? title : `${title} · ${app.title}`;
  }, [title]);
  return (
    <h1 ref={heading} tabIndex={-1} class={isHidden === true ? 'visually-hidden' : ''}>
      {title}
    </h1>
  );
}
