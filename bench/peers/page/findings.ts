import type { Report, Row } from '../../suite.ts';

/** A column of a table. */
export interface Column<Name extends string = string> {
  readonly name: Name;
  readonly title: string;
}

/** Reads a report for the page. */
export class Findings {
  readonly #report: Report;
  readonly #rows: ReadonlyMap<string, Row>;
  readonly #texts: ReadonlyMap<string, string>;

  constructor(report: Report) {
    this.#report = report;
    this.#rows = new Map(report.rows.map((row) => [row.id, row]));
    this.#texts = new Map((report.facts ?? []).map(({ id, text }) => [id, text]));
  }

  /** A figure that must be there. */
  row(id: string): Row {
    const row = this.#rows.get(id);
    if (row === undefined) throw new Error(`The results have no ${id}. Run: npm run bench -- peers`);
    return row;
  }

  value(id: string): number {
    return this.row(id).value;
  }

  /** A figure that may be missing, which then says something too. */
  valueIfAny(id: string): number | undefined {
    return this.#rows.get(id)?.value;
  }

  text(id: string): string | undefined {
    return this.#texts.get(id);
  }

  /** When, where and with what it was run. */
  describeRun(): string {
    const { date, commit, machine } = this.#report;
    const { cores, memoryGiB, node, scribus } = machine;
    const versions = [...this.#texts].flatMap(([id, text]) =>
      id.startsWith('version-') ? [`${id.slice('version-'.length)} ${text}`] : [],
    );
    const rounds = this.row('render-ours-s').samples;
    const trial = 'This was a short trial (`BENCH_SHORT=1`): times are hints, and so is what "still runs".';
    return [
      `Run on ${date.slice(0, 10)} at commit ${commit.slice(0, 7)}: ${cores} cores, ${memoryGiB} GiB, Node ${node}, Scribus ${scribus}, rounds: ${rounds};`,
      `${versions.join(', ')}.`,
      ...(rounds > 1 ? [] : [trial]),
    ].join('\n');
  }

  /**
   * A line of figures, one for each column, the best in bold; ours alone is best only where it is. Where a figure has
   * a spread, it is behind it.
   */
  line(title: string, columns: readonly Column[], idOf: (name: string) => string, best: 'least' | 'most'): string[] {
    const rows = columns.map(({ name }) => this.row(idOf(name)));
    const values = rows.map(({ value }) => Number(formatFigure(value)));
    const winner = best === 'least' ? Math.min(...values) : Math.max(...values);
    return [title, ...rows.map((row, index) => (values[index] === winner ? `**${toCell(row)}**` : toCell(row)))];
  }

  /** A line that names what is better than ours in `figures`, and by how much. */
  betterThanOurs(figures: readonly Compared[], columns: readonly Column[]): string {
    const others = columns.filter(({ name }) => name !== 'ours');
    const found = figures.flatMap(({ what, idOf, best }) => {
      const ours = this.value(idOf('ours'));
      return others.flatMap(({ name, title }) => {
        const theirs = this.value(idOf(name));
        const times = best === 'least' ? ours / theirs : theirs / ours;
        return times > 1 && formatFigure(times) !== '1' ? [`${title}, ${what}: ${formatFigure(times)} times`] : [];
      });
    });
    return `Better than ours: ${found.length === 0 ? 'none of them in any of these figures' : found.join(' · ')}.`;
  }
}

/** A figure in which all are compared. */
export interface Compared {
  readonly what: string;
  readonly idOf: (name: string) => string;
  readonly best: 'least' | 'most';
}

/** A Markdown table; the first column names the line. */
export function toTable(columns: readonly Column[], lines: readonly (readonly string[])[]): string {
  const header = ['', ...columns.map(({ title }) => title)];
  const rule = header.map(() => '---');
  return [header, rule, ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function toCell({ value, spread }: Row): string {
  if (spread === undefined || spread[0] === spread[1]) return formatFigure(value);
  return `${formatFigure(value)} (${spread.map(formatFigure).join(' to ')})`;
}

/** Two digits, or all of those before the point. */
export function formatFigure(value: number): string {
  const text = Math.abs(value) < 100 ? Number(value.toPrecision(2)).toString() : value.toFixed(0);
  return text === '-0' ? '0' : text;
}
