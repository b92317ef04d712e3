import type { PdfProfile } from '@pubpipe/core';
import { useObservable } from '../../parts/use-observable.ts';
import { useApp } from '../app-context.ts';

const profiles: readonly { readonly value: PdfProfile | ''; readonly title: string }[] = [
  { value: '', title: "The document's own settings" },
  { value: 'screen', title: 'For the screen' },
  { value: 'print', title: 'For print' },
  { value: 'pdf/x-4', title: 'PDF/X-4' },
  { value: 'pdf/x-3', title: 'PDF/X-3' },
  { value: 'pdf/x-1a', title: 'PDF/X-1a' },
];

/** What is to be made of the next documents. */
export function Choices() {
  const { intake } = useApp();
  const { choices } = useObservable(intake);
  return (
    <fieldset class="choices">
      <legend class="visually-hidden">What is made of it</legend>
      <div class="field">
        <label for="profile">PDF</label>
        <select
          id="profile"
          value={choices.profile ?? ''}
          onChange={({ currentTarget: { value } }) =>
            intake.choose({ profile: value === '' ? undefined : (value as PdfProfile) })
          }
        >
          {profiles.map(({ value, title }) => (
            <option key={value} value={value}>
              {title}
            </option>
          ))}
        </select>
      </div>
      <div class="field">
        <label for="reference">Reference</label>
        <input
          id="reference"
          type="text"
          maxLength={200}
          placeholder="Such as an order number"
          value={choices.reference ?? ''}
          onInput={({ currentTarget: { value } }) =>
            intake.choose({ reference: value.trim() === '' ? undefined : value.trim() })
          }
        />
      </div>
      <label class="check">
        <input
          type="checkbox"
          checked={choices.despiteFaults}
          onChange={({ currentTarget: { checked } }) => intake.choose({ despiteFaults: checked })}
        />
        Make the PDF despite faults, such as missing images
      </label>
      <label class="check">
        <input
          type="checkbox"
          checked={choices.merges}
          onChange={({ currentTarget: { checked } }) => intake.choose({ merges: checked })}
        />
        Fill the document with the records of a file beside it, such as a .csv
      </label>
    </fieldset>
  );
}
