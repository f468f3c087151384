/** A style sheet is imported for esbuild to bundle. */
declare module '*.css';
declare module '*?text' {
  export const text: string;
}
