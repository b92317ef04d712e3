import type { ComponentChildren } from 'preact';

/** Something that the user should know, such as a failure. */
export function Notice({
  tone,
  title,
  children,
}: {
  readonly tone: 'error' | 'warning' | 'info';
  readonly title?: string;
  readonly children: ComponentChildren;
}) {
  return (
    <div class="notice" data-tone={tone}>
      {title !== undefined && <p class="notice-title">{title}</p>}
      {children}
    </div>
  );
}
