// The configuration of a raw workerd as Cap'n Proto text (workerd.capnp): one service and one loopback
// socket per worker, Durable Objects with SQLite on local disk, stand-ins for R2 and the rate limiter.
// Files are embedded by absolute path, so workerd wants `--import-path=/`.
import { type Bundle, moduleKind } from "./bundle.ts";

/** The header that carries `request.cf`; only bench and development servers read it. */
export const CF_BLOB_HEADER = "MF-CF-Blob";

export interface ServedWorker {
  readonly name: string;
  readonly bundle: Bundle;
  /** Text bindings: variables and secrets. */
  readonly variables: Readonly<Record<string, string>>;
  /** Bindings to objects of another of the workers. */
  readonly foreign_objects?: readonly ForeignObject[];
}

export interface ForeignObject {
  readonly binding: string;
  readonly class_name: string;
  readonly service: string;
}

/** What the workers find beside them. */
export interface Surroundings {
  /** Folder of the objects' storage. */
  readonly storage: string;
  /** Folder where R2's objects are kept as files; null where they are swallowed. */
  readonly bucket: string | null;
  /** Sources of both stand-ins as plain JavaScript. */
  readonly stand_ins: { readonly bucket: string; readonly rate_limit: string };
}

const RATE_LIMIT_MODULE = "bench:coarse-rate-limit";
const BUCKET_SERVICE = "audit-bucket";

/** Writes `config`. */
export function configText(
  workers: readonly ServedWorker[],
  { storage, bucket, stand_ins }: Surroundings,
): string {
  const compatibility_date = workers[0]!.bundle.compatibility_date;
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "storage", disk = (path = ${text(storage)}, writable = true)),
    ${bucket === null ? "" : `(name = "files", disk = (path = ${text(bucket)}, writable = true)),`}
    (name = "internet", network = (allow = ["local"])),
    (name = ${text(BUCKET_SERVICE)}, worker = (
      compatibilityDate = ${text(compatibility_date)},
      modules = [(name = "bucket.js", esModule = ${text(stand_ins.bucket)})],
      bindings = [${bucket === null ? "" : `(name = "FILES", service = "files")`}],
    )),
    ${workers.map(service).join(",\n    ")},
  ],
  sockets = [${workers.map(socket).join(", ")}],
  extensions = [(modules = [
    (name = ${text(RATE_LIMIT_MODULE)}, internal = true, esModule = ${text(stand_ins.rate_limit)}),
  ])],
);
`;
}

function service({ name, bundle, variables, foreign_objects = [] }: ServedWorker): string {
  const bindings = [
    ...bundle.objects.map(
      ({ binding, class_name }) => `(name = ${text(binding)}, durableObjectNamespace = ${text(class_name)})`,
    ),
    ...foreign_objects.map(
      ({ binding, class_name, service }) =>
        `(name = ${text(binding)}, durableObjectNamespace = (className = ${text(class_name)}, serviceName = ${text(service)}))`,
    ),
    ...bundle.buckets.map((binding) => `(name = ${text(binding)}, r2Bucket = ${text(BUCKET_SERVICE)})`),
    ...bundle.rate_limits.map(
      (binding) => `(name = ${text(binding)}, wrapped = (moduleName = ${text(RATE_LIMIT_MODULE)}))`,
    ),
    ...Object.entries(variables).map(
      ([binding, value]) => `(name = ${text(binding)}, text = ${text(value)})`,
    ),
  ];
  const classes = bundle.objects.map(
    ({ class_name }) =>
      `(className = ${text(class_name)}, uniqueKey = ${text(`${name}-${class_name}`)}, enableSql = true)`,
  );
  const modules = bundle.modules.map(
    (file) => `(name = ${text(file)}, ${moduleKind(file)} = embed ${text(`${bundle.folder}/${file}`)})`,
  );
  return `(name = ${text(name)}, worker = (
      compatibilityDate = ${text(bundle.compatibility_date)},
      compatibilityFlags = [${bundle.compatibility_flags.map(text).join(", ")}],
      modules = [${modules.join(", ")}],
      bindings = [${bindings.join(", ")}],
      durableObjectNamespaces = [${classes.join(", ")}],
      ${classes.length > 0 ? `durableObjectStorage = (localDisk = "storage"),` : ""}
    ))`;
}

const socket = ({ name }: ServedWorker): string =>
  `(name = ${text(name)}, address = "127.0.0.1:0", service = ${text(name)}, http = (cfBlobHeader = ${text(CF_BLOB_HEADER)}))`;

/** A literal: printable ASCII as it is, every other byte escaped. */
function text(value: string): string {
  let literal = "";
  for (const byte of Buffer.from(value)) {
    const character = String.fromCharCode(byte);
    const plain = byte >= 0x20 && byte < 0x7f && character !== '"' && character !== "\\";
    literal += plain ? character : `\\x${byte.toString(16).padStart(2, "0")}`;
  }
  return `"${literal}"`;
}
