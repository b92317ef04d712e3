// What the checks of our texts want to know of Markdown: the anchors of its headings as GitHub makes them, its links
// and its code.
import { execFileSync } from 'node:child_process';
import GithubSlugger from 'github-slugger';
import MarkdownIt from 'markdown-it';
import { root } from './workspace-packages.mjs';

const parser = new MarkdownIt({ html: true });
const anchorInHtml = /\s(?:id|name)="([^"]+)"/g;
const linkInHtml = /\s(?:href|src|srcset)="([^" ]+)/g;

/** Paths of files of the repository, those that are not committed yet included, whose name ends like this. */
export function listFiles(...endings) {
  const git = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const files = execFileSync('git', git, { cwd: root, encoding: 'utf8' }).split('\0').filter(Boolean);
  return [...new Set(files)].filter((file) => endings.some((ending) => file.endsWith(ending))).toSorted();
}

/**
 * The anchors, links and blocks of code of one text, with their lines. A block's `words` are what stands behind its language.
 *
 * @returns {{
 *   anchors: Set<string>,
 *   links: { target: string, line: number }[],
 *   blocks: { language: string, words: string[], code: string, line: number }[],
 * }}
 */
export function readMarkdown(text) {
  const slugger = new GithubSlugger();
  const read = { anchors: new Set(), links: [], blocks: [] };
  const tokens = parser.parse(text, {});
  let line = 1;
  for (const [index, token] of tokens.entries()) {
    if (token.map !== null) line = token.map[0] + 1; // a cell of a table has the line of its row
    if (token.type === 'fence') {
      const [language = '', ...words] = token.info.trim().split(/\s+/);
      read.blocks.push({ language, words, code: token.content, line: line + 1 });
    } else if (token.type === 'inline') {
      if (tokens[index - 1]?.type === 'heading_open') read.anchors.add(slugger.slug(plainText(token)));
      for (const child of token.children) readInline(child, line, read);
    } else if (token.type === 'html_block') readHtml(token.content, line, read);
  }
  return read;
}

const plainText = ({ children }) =>
  children.map(({ type, content }) => (type === 'text' || type === 'code_inline' ? content : '')).join('');

function readInline(token, line, read) {
  const target = token.attrGet('href') ?? token.attrGet('src');
  if (target !== null) read.links.push({ target, line });
  if (token.type === 'html_inline') readHtml(token.content, line, read);
}

function readHtml(html, line, read) {
  for (const [, anchor] of html.matchAll(anchorInHtml)) read.anchors.add(anchor);
  for (const [, target] of html.matchAll(linkInHtml)) read.links.push({ target, line });
}
