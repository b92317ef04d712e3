import type { PreflightFinding, PreflightSeverity } from '@pubpipe/core';

const severityNames: Readonly<Record<PreflightSeverity, string>> = {
  error: 'Error',
  warning: 'Warning',
  info: 'Note',
};

/** What the document check has found. */
export function Findings({ findings }: { readonly findings: readonly PreflightFinding[] }) {
  return (
    <ul class="findings">
      {findings.map(({ severity, message, check }, index) => (
        <li key={`${check} ${index}`} data-severity={severity}>
          <span class="severity">{severityNames[severity]}</span> {message}
        </li>
      ))}
    </ul>
  );
}
