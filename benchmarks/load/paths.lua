-- Ask for the paths of a file, one a line, in turn; say at the end what came of it.
local requests = {}
local at = 0

function init(arguments)
  for path in io.lines(arguments[1]) do
    requests[#requests + 1] = wrk.format("GET", path, { ["Accept-Encoding"] = "gzip" })
  end
  -- Threads begin at different places, so that not all ask for the same at once.
  at = math.random(#requests)
end

function request()
  at = at % #requests + 1
  return requests[at]
end

function done(summary, latency)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.timeout + errors.status
  io.write(string.format(
    'RESULT {"requests": %d, "seconds": %f, "bytes": %d, "failed": %d, "p50": %f, "p99": %f}\n',
    summary.requests, summary.duration / 1e6, summary.bytes, failed,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
end
