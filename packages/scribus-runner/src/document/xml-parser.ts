/** The streaming XML parser that documents, drawings and the metadata of PDFs are read with. */
export { SaxesParser } from 'saxes';
