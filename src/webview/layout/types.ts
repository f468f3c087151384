/** What a layout is given and gives back. Edges point the way of the forward computation. */

/** Where the forward computation runs to. */
export type Direction = 'right' | 'down';

export interface Size {
  readonly width: number;
  readonly height: number;
}
export interface LayoutNode extends Size {
  readonly id: string;
  /** The group that the node is drawn in; none for the outermost. */
  readonly group?: string | null;
}
/** A frame around nodes and other groups. Its header is placed as a node of the group's id. */
export interface LayoutGroup {
  readonly id: string;
  readonly parent: string | null;
  readonly header: Size;
}
export interface LayoutEdge {
  readonly id: string;
  readonly source: string;
  readonly target: string;
  /** Room to keep free beside the line. */
  readonly label: Size | null;
}
export interface LayoutInput {
  readonly nodes: readonly LayoutNode[];
  readonly edges: readonly LayoutEdge[];
  readonly direction: Direction;
  readonly groups?: readonly LayoutGroup[];
}

export interface Point {
  readonly x: number;
  readonly y: number;
}
export interface Rect extends Point, Size {}
export interface PlacedNode extends Rect {
  readonly id: string;
}
/** `line` says on which side of the label its line runs, across the flow. */
export interface PlacedLabel extends Rect {
  readonly line: 'start' | 'end';
}
export interface PlacedEdge {
  readonly id: string;
  /** From source to target. Two neighbours on one line are joined by it, others by an S within their rectangle. */
  readonly points: readonly Point[];
  readonly label: PlacedLabel | null;
}
export interface Layout extends Size {
  readonly direction: Direction;
  /** In the order of the input, and after them the headers of the groups. */
  readonly nodes: readonly PlacedNode[];
  /** The frames, outer ones before those in them. */
  readonly groups: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
}

export type Pin = 'first' | 'last';

/** A node of a part: `pin` holds it in the first or last layer, `ports` says where each edge meets it, across the flow. */
export interface PartNode extends LayoutNode {
  readonly pin?: Pin | null;
  readonly ports?: ReadonlyMap<string, number>;
  /** Stands before everything else of its layer, at the start across the flow. */
  readonly header?: boolean;
}

/** Inside the layout the flow is always along `main`; `cross` is the other axis. */
export interface Vertex {
  /** A `border` is where a line enters or leaves a group, or what stands there. */
  readonly kind: 'node' | 'label' | 'bend' | 'border';
  readonly main: number;
  readonly cross: number;
  /** Where lines pass, from the start of the vertex across the flow. */
  readonly port: number;
  readonly rank: number;
  readonly before: number[];
  readonly after: number[];
  /** The start of the vertex across the flow. */
  at: number;
}

/** An edge as the vertices that it passes. `lane` marks one that leaves its source by a lane beside the graph. */
export interface Chain {
  readonly edge: number;
  readonly vertices: readonly number[];
  readonly label: number | null;
  readonly reversed: boolean;
  readonly lane: boolean;
}
