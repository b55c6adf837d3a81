namespace KubeMemory.Engines.Redis;

/// <summary>
/// Every script. A script is one atomic step; where it may refuse, it does so before its first write. Values are binary-safe. Needs
/// Redis 7 or newer. Keys are those of <see cref="RedisKeys"/>.
/// </summary>
internal static class RedisScripts
{
    // Numbers are doubles here: exact up to 2^53, which microseconds reach in the year 2255.
    private const string Common =
        """
        local function digits(number) return string.format('%.0f', number) end
        local function micros()
          local time = redis.call('TIME')
          return tonumber(time[1]) * 1000000 + tonumber(time[2])
        end
        local function id(life, number) return digits(life) .. '-' .. digits(number) end
        local function split(text)
          local life, number = string.match(text, '^(%d+)%-(%d+)$')
          return tonumber(life), tonumber(number)
        end
        local function fields(reply)
          local all = {}
          for i = 1, #reply, 2 do all[reply[i]] = reply[i + 1] end
          return all
        end
        local function check(key, wanted)
          local found = redis.call('TYPE', key)['ok']
          if found ~= 'none' and found ~= wanted then error({err = 'WRONGTYPE ' .. key .. ' is a ' .. found .. ', not a ' .. wanted}) end
        end
        local function check_count(key, field)
          local found = redis.call('HGET', key, field)
          if found and not string.match(found, '^%d+$') then error({err = 'ERR ' .. key .. ' holds no count for ' .. field}) end
        end

        -- Life, newest and oldest number of a stream, which is made where there is none.
        local function open(key)
          if redis.call('EXISTS', key) == 0 then
            local first = id(micros(), 0)
            redis.call('XADD', key, first, 'life', '')
            redis.call('XDEL', key, first)
          end
          local about = fields(redis.call('XINFO', 'STREAM', key))
          local life, newest = split(about['last-generated-id'])
          local oldest = newest + 1
          if about['first-entry'] then
            local _, number = split(about['first-entry'][1])
            oldest = number
          end
          return life, newest, oldest
        end

        local function groups(key)
          local all = {}
          for i, reply in ipairs(redis.call('XINFO', 'GROUPS', key)) do all[i] = fields(reply) end
          return all
        end

        -- Entries that the group has not been given yet.
        local function undelivered(group, life, newest, oldest)
          local of, given = split(group['last-delivered-id'])
          if of ~= life or given < oldest - 1 then given = oldest - 1 end
          return newest - given
        end

        -- Entries that the slowest group has not acknowledged; all there are where no group has come yet.
        local function outstanding(key, life, newest, oldest)
          local all = groups(key)
          if #all == 0 then return newest - oldest + 1 end
          local most = 0
          for _, group in ipairs(all) do most = math.max(most, group['pending'] + undelivered(group, life, newest, oldest)) end
          return most
        end

        -- Removes what every group has acknowledged: never past a group's oldest pending or undelivered entry.
        local function trim(key)
          local life, newest, oldest = open(key)
          local all = groups(key)
          if #all == 0 then return end
          local keep = newest + 1
          for _, group in ipairs(all) do
            local first = newest + 1 - undelivered(group, life, newest, oldest)
            if group['pending'] > 0 then
              local _, number = split(redis.call('XPENDING', key, group['name'])[2])
              first = math.min(first, number)
            end
            keep = math.min(keep, first)
          end
          if keep <= oldest then return end
          -- Whole nodes first, and not more of them at a time than takes a few milliseconds; then the rest of the last node.
          if redis.call('XTRIM', key, 'MINID', '~', id(life, keep), 'LIMIT', 10000) < 10000 then
            redis.call('XTRIM', key, 'MINID', id(life, keep))
          end
        end

        -- Acknowledges, trims, and wakes the producers where the stream was full. How many of the ids were pending.
        local function acknowledge(key, group, ids, full, channel, bell)
          if redis.call('EXISTS', key) == 0 then return 0 end
          local before = outstanding(key, open(key))
          local gone = 0
          for from = 1, #ids, 1000 do
            gone = gone + redis.call('XACK', key, group, unpack(ids, from, math.min(from + 999, #ids)))
          end
          if gone > 0 then
            trim(key)
            if before >= full then redis.call('PUBLISH', channel, bell) end
          end
          return gone
        end


        """;

    /// <summary>
    /// KEYS stream, lease, checkpoints, gates. ARGV channel, bell, most outstanding, holder (empty: no lease), fence, checkpoint's field (empty: none),
    /// checkpoint, number of gates, their fields and counts, payloads. 0 done, 1 stale fence, 2 full; the latter two wrote nothing.
    /// </summary>
    public const string Append = Common +
        """
        local stream, lease, checkpoints, gates = unpack(KEYS)
        check(stream, 'stream')
        check(lease, 'hash')
        check(checkpoints, 'hash')
        check(gates, 'hash')
        if ARGV[4] ~= '' then
          local held = redis.call('HMGET', lease, 'holder', 'fence')
          if held[1] ~= ARGV[4] or held[2] ~= ARGV[5] then return 1 end
        end
        local payloads = 9 + 2 * tonumber(ARGV[8])
        for i = 9, payloads - 1, 2 do check_count(gates, ARGV[i]) end
        if #ARGV >= payloads then
          local life, newest, oldest = open(stream)
          if outstanding(stream, life, newest, oldest) >= tonumber(ARGV[3]) then return 2 end
          for i = payloads, #ARGV do
            redis.call('XADD', stream, id(life, newest + 1 + i - payloads), 'payload', ARGV[i])
          end
        end
        if ARGV[6] ~= '' then redis.call('HSET', checkpoints, ARGV[6], ARGV[7]) end
        for i = 9, payloads - 1, 2 do redis.call('HINCRBY', gates, ARGV[i], ARGV[i + 1]) end
        if #ARGV >= payloads then redis.call('PUBLISH', ARGV[1], ARGV[2]) end
        return 0
        """;

    /// <summary>KEYS stream. ARGV group. The group, from the beginning, where there is none.</summary>
    public const string CreateGroup = Common +
        """
        open(KEYS[1])
        for _, group in ipairs(groups(KEYS[1])) do
          if group['name'] == ARGV[1] then return 0 end
        end
        redis.call('XGROUP', 'CREATE', KEYS[1], ARGV[1], '0')
        return 1
        """;

    /// <summary>
    /// KEYS stream. ARGV group, consumer, least idle time (ms), cursor, most, age (ms). The next cursor, then id, deliveries and payload of each claimed
    /// entry. At the end consumers without entries that have not been heard of for the age are forgotten: a process has a name of its own.
    /// </summary>
    public const string Claim = Common +
        """
        local stream, group = KEYS[1], ARGV[1]
        local page = redis.call('XAUTOCLAIM', stream, group, ARGV[2], ARGV[3], ARGV[4], 'COUNT', ARGV[5])
        local claimed = {page[1]}
        for _, entry in ipairs(page[2]) do
          claimed[#claimed + 1] = entry[1]
          claimed[#claimed + 1] = redis.call('XPENDING', stream, group, entry[1], entry[1], 1)[1][4]
          claimed[#claimed + 1] = entry[2][2]
        end
        if page[1] == '0-0' then
          for _, reply in ipairs(redis.call('XINFO', 'CONSUMERS', stream, group)) do
            local consumer = fields(reply)
            if consumer['pending'] == 0 and consumer['idle'] > tonumber(ARGV[6]) then redis.call('XGROUP', 'DELCONSUMER', stream, group, consumer['name']) end
          end
        end
        return claimed
        """;

    /// <summary>KEYS stream. ARGV group, most outstanding, channel, bell, ids. How many of them were pending.</summary>
    public const string Acknowledge = Common +
        """
        local ids = {}
        for i = 5, #ARGV do ids[i - 4] = ARGV[i] end
        return acknowledge(KEYS[1], ARGV[1], ids, tonumber(ARGV[2]), ARGV[3], ARGV[4])
        """;

    /// <summary>
    /// KEYS stream, dead letters, gates. ARGV group, most outstanding, channel, bell, id, topic, reason, time, payload, gate's field, how many are kept.
    /// 1, or 0 where the entry was not pending.
    /// </summary>
    public const string DeadLetter = Common +
        """
        local stream, letters, gates = unpack(KEYS)
        check(stream, 'stream')
        check(letters, 'stream')
        check(gates, 'hash')
        check_count(gates, ARGV[10])
        if acknowledge(stream, ARGV[1], {ARGV[5]}, tonumber(ARGV[2]), ARGV[3], ARGV[4]) == 0 then return 0 end
        redis.call('XADD', letters, 'MAXLEN', ARGV[11], '*',
          'topic', ARGV[6], 'group', ARGV[1], 'reason', ARGV[7], 'at', ARGV[8], 'payload', ARGV[9])
        redis.call('HINCRBY', gates, ARGV[10], 1)
        return 1
        """;

    /// <summary>KEYS dead letters, stream. ARGV id, channel, bell. 1, or 0 where there is none of that id.</summary>
    public const string Replay = Common +
        """
        local letters, stream = unpack(KEYS)
        check(letters, 'stream')
        check(stream, 'stream')
        local letter = redis.call('XRANGE', letters, ARGV[1], ARGV[1])[1]
        if not letter then return 0 end
        local life, newest = open(stream)
        redis.call('XADD', stream, id(life, newest + 1), 'payload', fields(letter[2])['payload'])
        redis.call('XDEL', letters, ARGV[1])
        redis.call('PUBLISH', ARGV[2], ARGV[3])
        return 1
        """;

    /// <summary>KEYS stream. ARGV group. How many entries it has not acknowledged, delivered or not.</summary>
    public const string CountPending = Common +
        """
        if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
        local life, newest, oldest = open(KEYS[1])
        for _, group in ipairs(groups(KEYS[1])) do
          if group['name'] == ARGV[1] then return group['pending'] + undelivered(group, life, newest, oldest) end
        end
        return newest - oldest + 1
        """;

    /// <summary>KEYS lease. ARGV holder, duration (µs). The fence, or nothing where another holds it.</summary>
    public const string Acquire = Common +
        """
        local now = micros()
        local held = redis.call('HMGET', KEYS[1], 'holder', 'fence', 'expires')
        local alive = held[1] and held[1] ~= '' and tonumber(held[3]) > now
        if alive and held[1] ~= ARGV[1] then return false end
        local fence = held[2]
        -- Past the clock as well as past the last one: it grows even where Redis has forgotten the last one.
        if not alive then fence = digits(math.max(tonumber(held[2] or '0') + 1, now)) end
        redis.call('HSET', KEYS[1], 'holder', ARGV[1], 'fence', fence, 'expires', digits(now + tonumber(ARGV[2])))
        return fence
        """;

    /// <summary>KEYS lease. ARGV holder, fence, duration (µs). 1, or 0 where it is no longer the holder's.</summary>
    public const string Renew = Common +
        """
        local now = micros()
        local held = redis.call('HMGET', KEYS[1], 'holder', 'fence', 'expires')
        if held[1] ~= ARGV[1] or held[2] ~= ARGV[2] or tonumber(held[3]) <= now then return 0 end
        redis.call('HSET', KEYS[1], 'expires', digits(now + tonumber(ARGV[3])))
        return 1
        """;

    /// <summary>KEYS lease. ARGV holder, fence.</summary>
    public const string Release =
        """
        local held = redis.call('HMGET', KEYS[1], 'holder', 'fence')
        if held[1] ~= ARGV[1] or held[2] ~= ARGV[2] then return 0 end
        redis.call('HSET', KEYS[1], 'holder', '', 'expires', '0')
        return 1
        """;

    /// <summary>KEYS hash. ARGV field to remove, field to set, its value.</summary>
    public const string Report =
        """
        redis.call('HSET', KEYS[1], ARGV[2], ARGV[3])
        if ARGV[1] ~= ARGV[2] then redis.call('HDEL', KEYS[1], ARGV[1]) end
        return 1
        """;

    /// <summary>KEYS hash. ARGV field, value. Removes the field, unless it has got another value.</summary>
    public const string Forget =
        """
        if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
        return redis.call('HDEL', KEYS[1], ARGV[1])
        """;

    /// <summary>KEYS feed. ARGV channel, bell, how many are kept, payload.</summary>
    public const string Publish = Common +
        """
        local life, newest = open(KEYS[1])
        redis.call('XADD', KEYS[1], 'MAXLEN', ARGV[3], id(life, newest + 1), 'payload', ARGV[4])
        redis.call('PUBLISH', ARGV[1], ARGV[2])
        return 1
        """;

    /// <summary>KEYS feed. ARGV id (empty: none), most. Newest id; the id before the oldest entry; then id and payload of each entry after the asked one.</summary>
    public const string FeedPage = Common +
        """
        local life, newest, oldest = open(KEYS[1])
        local page = {id(life, newest), id(life, math.max(oldest - 1, 0))}
        if ARGV[1] ~= '' then
          for _, entry in ipairs(redis.call('XRANGE', KEYS[1], '(' .. ARGV[1], '+', 'COUNT', ARGV[2])) do
            page[#page + 1] = entry[1]
            page[#page + 1] = entry[2][2]
          end
        end
        return page
        """;
}
