/** A file of Emscripten's file system whose bytes stay in the asset until they are read. */
import { host } from './shims.ts';

interface FileNode {
  usedBytes: number;
  stream_ops: StreamOperations;
}
interface StreamOperations {
  /** Into `heap` at `offset`; answers how many bytes. */
  read(stream: unknown, heap: Int8Array, offset: number, length: number, position: number): number;
}
/** What is used of it. */
export interface FileSystem {
  lookupPath(path: string): { node: FileNode };
}

/** Puts the asset in the place of what the file holds. */
export function readFromAsset(fs: FileSystem, path: string, asset: string): void {
  const { node } = fs.lookupPath(path);
  const size = host.assetSize(asset);
  node.usedBytes = size;
  node.stream_ops = {
    ...node.stream_ops,
    read(_stream, { buffer, byteOffset }, offset, length, position) {
      const count = Math.max(0, Math.min(length, size - position));
      if (count > 0) host.readAsset(asset, new Uint8Array(buffer, byteOffset + offset, count), position);
      return count;
    },
  };
}
