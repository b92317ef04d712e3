import { useEffect, useRef } from 'preact/hooks';
import { useObservable } from '../../parts/use-observable.ts';
import { chosenFiles } from '../../upload/named-file.ts';
import { useApp } from '../app-context.ts';
import { Notice } from '../notice.tsx';
import { Choices } from './choices.tsx';

/** Where files are chosen; they can be dropped anywhere. */
export function NewJob() {
  const { intake } = useApp();
  const { refusal } = useObservable(intake);
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  // Preact's types don't know it.
  useEffect(() => folder.current?.setAttribute('webkitdirectory', ''), []);

  function take(input: HTMLInputElement): void {
    void intake.take(chosenFiles(input.files));
    // The same file can be chosen again.
    input.value = '';
  }

  return (
    <section class="new-job" aria-labelledby="new-job-heading">
      <h2 id="new-job-heading" class="visually-hidden">
        New job
      </h2>
      <div class="drop-zone">
        <DropIcon />
        <p class="drop-title">Drop a Scribus document here</p>
        <p class="hint" id="drop-hint">
          A .sla or .sla.gz, a zip of what “Collect for Output” made, or a folder with its images and fonts.
        </p>
        <div class="actions">
          <button
            type="button"
            class="button primary"
            aria-describedby="drop-hint"
            onClick={() => files.current?.click()}
          >
            Choose files
          </button>
          <button type="button" class="button" onClick={() => folder.current?.click()}>
            Choose a folder
          </button>
        </div>
        <input
          ref={files}
          type="file"
          multiple
          hidden
          aria-label="Files"
          onChange={(event) => take(event.currentTarget)}
        />
        <input ref={folder} type="file" hidden aria-label="Folder" onChange={(event) => take(event.currentTarget)} />
      </div>
      {refusal !== undefined && <Notice tone="error">{refusal}</Notice>}
      <Choices />
    </section>
  );
}

function DropIcon() {
  return (
    <svg class="drop-icon" viewBox="0 0 48 48" width="44" height="44" aria-hidden="true">
      <path d="M14 6h15l9 9v27H14z" />
      <path d="M29 6v9h9" />
      <path d="M26 35V22m-5.5 5.5L26 22l5.5 5.5" />
    </svg>
  );
}
