/** Something is wrong with a PDF; the message completes "The PDF is damaged: …". */
export class PdfFault extends Error {}
