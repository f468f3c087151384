/** A style sheet is imported for esbuild to bundle. */
declare module '*.css';
