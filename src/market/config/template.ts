/** What `quarry init` writes: a `quarry.toml` in which every key stands, explained, with its default. */

export const QUARRY_TOML = `# What \`quarry ingest\` reads, and how it stores it. Flags of the command count more than this file.
# Paths are relative to this file. A key that is not known is an error.

# Directory of the captures.
input = "captures"

# Directory that gets SYMBOL.zarr for each symbol.
output = "stores"

# Format of the captures: see \`quarry ingest --help\`. Default: told by what they begin with.
# format = "binance"

# Levels of each side in a row of the book, 1 to 255.
# levels = 20

# What prices in ticks and sizes in lots are stored as: "int32", or "int64" where they do not fit 32 bits.
# price_type = "int32"
# size_type = "int32"

# Time that one store holds, in UTC: "week", "day", or "none" for one store of all.
# partition = "week"

# Compression: "portable" for every reader, "small" for least space, "fast" for least work.
# preset = "portable"

# Level of zstd, 1 to 22, for the presets portable (default 3) and small (default 9). Reading costs no more.
# zstd_level = 3

# Whether the codecs of each array are tried on its first rows, for what the preset is for. The figures are kept.
# try_codecs = false

# Whether each chunk is a file of its own, for tools that know no shards.
# disable_sharding = false

# Symbols whose captures are read at a time, 1 to 64.
# max_concurrent_reads = 2

# Arrays of a symbol that are written at a time, 1 to 64.
# max_concurrent_writes = 4

# What a store has gone through when it appears: "always" or "interval": the disk holds it; "none": as the system likes.
# sync = "always"

# Milliseconds that a row may be earlier than the latest row before it; a later one fails the symbol. Default: any.
# late_tolerance_ms = 5000

# Refused lines beyond which a capture is given up. Default: none.
# max_refused = 1000

# Whether stores that are there already are replaced. If not, they are an error, and stay.
# overwrite = false

# One of these for each symbol. A symbol that fails does not stop the others.
[[symbols]]
name = "BTCUSDT"

# Its captures below the input directory, in the order of time; * and ? in their names stand for any characters and
# for one. Default: all files of the directory of the symbol's name.
# files = ["btcusdt_*.gz"]

# Steps of prices and sizes. Default: found from the data.
# tick_size = "0.1"
# lot_size = "0.001"

# Units of prices and sizes, which readers in Python see. Default: none.
# price_units = "USDT"
# size_units = "BTC"

# format, levels, price_type, size_type and max_refused may stand here as well, for this symbol alone. For CSV files, so
# may their columns:
# columns = { time = "date", size = "qty" }
`;
