/** Version of the package; a test holds it against `package.json`, which is not beside the compiled files. */
export const VERSION = "0.1.0";
