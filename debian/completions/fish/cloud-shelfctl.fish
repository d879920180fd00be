# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_cloud_shelfctl_global_optspecs
    string join \n json state= config= lang= h/help V/version
end

function __fish_cloud_shelfctl_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_cloud_shelfctl_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_cloud_shelfctl_using_subcommand
    set -l cmd (__fish_cloud_shelfctl_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_needs_command" -l state -d '状态目录 / the unit\'s state directory' -r -F
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_needs_command" -l config -d '设置文件 / the settings file' -r -F
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_needs_command" -l lang -d '语言 / language of reports (default is the system\'s, else zh)' -r -f -a "zh\t''
en\t''"
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_needs_command" -l json -d '结果用 JSON 输出 / report as JSON'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_needs_command" -s h -l help -d 'Print help'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_needs_command" -s V -l version -d 'Print version'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_needs_command" -f -a "template" -d '生成空的商品表格 / create an empty product table'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_needs_command" -f -a "check" -d '检查表格、链接或绑定信息 / check a table, links or binding lines'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_needs_command" -f -a "import" -d '导入商品表格到本机 / fill this unit from a product table'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_needs_command" -f -a "feed" -d '发布商品数据给货架 / publish a catalog to shelves'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_needs_command" -f -a "bind" -d '绑定门店码和设备码 / bind this unit to a store and a device'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_needs_command" -f -a "unbind" -d '解除绑定 / remove the binding'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_needs_command" -f -a "status" -d '查看这台设备的状态 / show the state of this unit'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_needs_command" -f -a "sync" -d '立即与商品数据服务器同步 / sync with the feed now'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_needs_command" -f -a "doctor" -d '检查这台设备，并说明怎么办 / check this unit and explain remedies'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_needs_command" -f -a "bundle" -d '把日志和检查结果收进一个文件，给技术支持 / collect logs and findings in one file for support'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_needs_command" -f -a "update" -d '升级软件 / download and install the next version'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_needs_command" -f -a "show" -d '让屏幕切换到某一页 / have the kiosk show a page'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_needs_command" -f -a "pin" -d '设置服务页的 PIN / set the service page\'s PIN'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_needs_command" -f -a "screen" -d '查看或设置屏幕：旋转、接口、分辨率、亮度 / the screen: rotation, output, mode, brightness'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_needs_command" -f -a "screenshot" -d '截取屏幕 / take a screenshot'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_needs_command" -f -a "facts" -d 'What `update` has to know of the state'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_needs_command" -f -a "serve-pictures" -d 'Reads pictures for `import`'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand template" -l state -d '状态目录 / the unit\'s state directory' -r -F
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand template" -l config -d '设置文件 / the settings file' -r -F
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand template" -l lang -d '语言 / language of reports (default is the system\'s, else zh)' -r -f -a "zh\t''
en\t''"
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand template" -l force -d '覆盖已有的文件 / overwrite a file that exists'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand template" -l json -d '结果用 JSON 输出 / report as JSON'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand template" -s h -l help -d 'Print help'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand check; and not __fish_seen_subcommand_from table links bindings help" -l state -d '状态目录 / the unit\'s state directory' -r -F
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand check; and not __fish_seen_subcommand_from table links bindings help" -l config -d '设置文件 / the settings file' -r -F
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand check; and not __fish_seen_subcommand_from table links bindings help" -l lang -d '语言 / language of reports (default is the system\'s, else zh)' -r -f -a "zh\t''
en\t''"
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand check; and not __fish_seen_subcommand_from table links bindings help" -l json -d '结果用 JSON 输出 / report as JSON'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand check; and not __fish_seen_subcommand_from table links bindings help" -s h -l help -d 'Print help'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand check; and not __fish_seen_subcommand_from table links bindings help" -f -a "table" -d '检查商品表格（- 是标准输入）/ check a product table (- is stdin)'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand check; and not __fish_seen_subcommand_from table links bindings help" -f -a "links" -d '检查商品链接，一行一条 / check item links, one a line'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand check; and not __fish_seen_subcommand_from table links bindings help" -f -a "bindings" -d '检查绑定信息 / check binding lines'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand check; and not __fish_seen_subcommand_from table links bindings help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand check; and __fish_seen_subcommand_from table" -l state -d '状态目录 / the unit\'s state directory' -r -F
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand check; and __fish_seen_subcommand_from table" -l config -d '设置文件 / the settings file' -r -F
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand check; and __fish_seen_subcommand_from table" -l lang -d '语言 / language of reports (default is the system\'s, else zh)' -r -f -a "zh\t''
en\t''"
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand check; and __fish_seen_subcommand_from table" -l json -d '结果用 JSON 输出 / report as JSON'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand check; and __fish_seen_subcommand_from table" -s h -l help -d 'Print help'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand check; and __fish_seen_subcommand_from links" -l state -d '状态目录 / the unit\'s state directory' -r -F
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand check; and __fish_seen_subcommand_from links" -l config -d '设置文件 / the settings file' -r -F
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand check; and __fish_seen_subcommand_from links" -l lang -d '语言 / language of reports (default is the system\'s, else zh)' -r -f -a "zh\t''
en\t''"
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand check; and __fish_seen_subcommand_from links" -l json -d '结果用 JSON 输出 / report as JSON'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand check; and __fish_seen_subcommand_from links" -s h -l help -d 'Print help'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand check; and __fish_seen_subcommand_from bindings" -l state -d '状态目录 / the unit\'s state directory' -r -F
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand check; and __fish_seen_subcommand_from bindings" -l config -d '设置文件 / the settings file' -r -F
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand check; and __fish_seen_subcommand_from bindings" -l lang -d '语言 / language of reports (default is the system\'s, else zh)' -r -f -a "zh\t''
en\t''"
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand check; and __fish_seen_subcommand_from bindings" -l json -d '结果用 JSON 输出 / report as JSON'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand check; and __fish_seen_subcommand_from bindings" -s h -l help -d 'Print help'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand check; and __fish_seen_subcommand_from help" -f -a "table" -d '检查商品表格（- 是标准输入）/ check a product table (- is stdin)'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand check; and __fish_seen_subcommand_from help" -f -a "links" -d '检查商品链接，一行一条 / check item links, one a line'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand check; and __fish_seen_subcommand_from help" -f -a "bindings" -d '检查绑定信息 / check binding lines'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand check; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand import" -l pictures -d '图片文件夹（默认为表格所在文件夹）/ the picture folder (default is the table\'s folder)' -r -F
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand import" -l brand -d '品牌名称 / the brand\'s name' -r
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand import" -l primary -d '品牌主色 / the brand\'s main colour' -r
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand import" -l accent -d '品牌辅色 / the brand\'s second colour' -r
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand import" -l logo -d '品牌标志图片 / the brand\'s logo' -r -F
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand import" -l state -d '状态目录 / the unit\'s state directory' -r -F
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand import" -l config -d '设置文件 / the settings file' -r -F
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand import" -l lang -d '语言 / language of reports (default is the system\'s, else zh)' -r -f -a "zh\t''
en\t''"
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand import" -l allow-private-addresses -d '允许从内网地址下载图片 / also fetch pictures from private addresses'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand import" -l json -d '结果用 JSON 输出 / report as JSON'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand import" -s h -l help -d 'Print help'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand feed; and not __fish_seen_subcommand_from init add-shelf publish verify bundle keys help" -l state -d '状态目录 / the unit\'s state directory' -r -F
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand feed; and not __fish_seen_subcommand_from init add-shelf publish verify bundle keys help" -l config -d '设置文件 / the settings file' -r -F
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand feed; and not __fish_seen_subcommand_from init add-shelf publish verify bundle keys help" -l lang -d '语言 / language of reports (default is the system\'s, else zh)' -r -f -a "zh\t''
en\t''"
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand feed; and not __fish_seen_subcommand_from init add-shelf publish verify bundle keys help" -l json -d '结果用 JSON 输出 / report as JSON'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand feed; and not __fish_seen_subcommand_from init add-shelf publish verify bundle keys help" -s h -l help -d 'Print help'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand feed; and not __fish_seen_subcommand_from init add-shelf publish verify bundle keys help" -f -a "init" -d '新建发布目录和密钥 / create a feed\'s directory and its key'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand feed; and not __fish_seen_subcommand_from init add-shelf publish verify bundle keys help" -f -a "add-shelf" -d '添加货架 / add shelves'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand feed; and not __fish_seen_subcommand_from init add-shelf publish verify bundle keys help" -f -a "publish" -d '发布商品表格；不写表格就续期 / publish a table; without one, renew what is published'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand feed; and not __fish_seen_subcommand_from init add-shelf publish verify bundle keys help" -f -a "verify" -d '像货架一样检查已发布的内容 / check what is published as a shelf would'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand feed; and not __fish_seen_subcommand_from init add-shelf publish verify bundle keys help" -f -a "bundle" -d '导出给 U 盘用的文件 / write a bundle for a USB stick'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand feed; and not __fish_seen_subcommand_from init add-shelf publish verify bundle keys help" -f -a "keys" -d '密钥 / the keys'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand feed; and not __fish_seen_subcommand_from init add-shelf publish verify bundle keys help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand feed; and __fish_seen_subcommand_from init" -l url -d 'DIR/public 将来的网址 / where DIR/public will be served' -r
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand feed; and __fish_seen_subcommand_from init" -l state -d '状态目录 / the unit\'s state directory' -r -F
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand feed; and __fish_seen_subcommand_from init" -l config -d '设置文件 / the settings file' -r -F
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand feed; and __fish_seen_subcommand_from init" -l lang -d '语言 / language of reports (default is the system\'s, else zh)' -r -f -a "zh\t''
en\t''"
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand feed; and __fish_seen_subcommand_from init" -l json -d '结果用 JSON 输出 / report as JSON'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand feed; and __fish_seen_subcommand_from init" -s h -l help -d 'Print help'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand feed; and __fish_seen_subcommand_from add-shelf" -l lines -d '品牌发来的绑定信息，一行一台（- 是标准输入）/ the lines that the brand sent (- is stdin)' -r -F
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand feed; and __fish_seen_subcommand_from add-shelf" -l url -d 'DIR/public 的网址 / where DIR/public is served' -r
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand feed; and __fish_seen_subcommand_from add-shelf" -l state -d '状态目录 / the unit\'s state directory' -r -F
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand feed; and __fish_seen_subcommand_from add-shelf" -l config -d '设置文件 / the settings file' -r -F
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand feed; and __fish_seen_subcommand_from add-shelf" -l lang -d '语言 / language of reports (default is the system\'s, else zh)' -r -f -a "zh\t''
en\t''"
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand feed; and __fish_seen_subcommand_from add-shelf" -l json -d '结果用 JSON 输出 / report as JSON'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand feed; and __fish_seen_subcommand_from add-shelf" -s h -l help -d 'Print help'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand feed; and __fish_seen_subcommand_from publish" -l pictures -d '图片文件夹（默认为表格所在文件夹）/ the picture folder (default is the table\'s folder)' -r -F
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand feed; and __fish_seen_subcommand_from publish" -l brand -d '品牌名称 / the brand\'s name' -r
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand feed; and __fish_seen_subcommand_from publish" -l primary -d '品牌主色 / the brand\'s main colour' -r
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand feed; and __fish_seen_subcommand_from publish" -l accent -d '品牌辅色 / the brand\'s second colour' -r
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand feed; and __fish_seen_subcommand_from publish" -l logo -d '品牌标志图片 / the brand\'s logo' -r -F
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand feed; and __fish_seen_subcommand_from publish" -l settings -d '货架设置，JSON，见 docs/FEED.md / the shelves\' settings as JSON, see docs/FEED.md' -r -F
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand feed; and __fish_seen_subcommand_from publish" -l days -d '指针有效天数（默认 60）/ days until the pointers expire (default 60)' -r
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand feed; and __fish_seen_subcommand_from publish" -l at-least -d '版本号至少是 N（从备份恢复后用）/ use at least version N (after restoring a backup)' -r
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand feed; and __fish_seen_subcommand_from publish" -l state -d '状态目录 / the unit\'s state directory' -r -F
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand feed; and __fish_seen_subcommand_from publish" -l config -d '设置文件 / the settings file' -r -F
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand feed; and __fish_seen_subcommand_from publish" -l lang -d '语言 / language of reports (default is the system\'s, else zh)' -r -f -a "zh\t''
en\t''"
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand feed; and __fish_seen_subcommand_from publish" -l yes-time-jump -d '本机时间没错，虽然离上次发布很久 / the clock is right although the last publication was long ago'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand feed; and __fish_seen_subcommand_from publish" -l clock-was-wrong -d '上次发布时本机时间不对，现在对了 / the clock was wrong at the last publication and is right now'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand feed; and __fish_seen_subcommand_from publish" -l allow-private-addresses -d '允许从内网地址下载图片 / also fetch pictures from private addresses'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand feed; and __fish_seen_subcommand_from publish" -l json -d '结果用 JSON 输出 / report as JSON'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand feed; and __fish_seen_subcommand_from publish" -s h -l help -d 'Print help'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand feed; and __fish_seen_subcommand_from verify" -l store -d '门店码（检查网址时）/ the store code, for an address' -r
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand feed; and __fish_seen_subcommand_from verify" -l device -d '设备码（检查网址时）/ the device code, for an address' -r
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand feed; and __fish_seen_subcommand_from verify" -l state -d '状态目录 / the unit\'s state directory' -r -F
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand feed; and __fish_seen_subcommand_from verify" -l config -d '设置文件 / the settings file' -r -F
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand feed; and __fish_seen_subcommand_from verify" -l lang -d '语言 / language of reports (default is the system\'s, else zh)' -r -f -a "zh\t''
en\t''"
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand feed; and __fish_seen_subcommand_from verify" -l allow-private-addresses -d '允许内网的 http 网址 / allow an http address within the shop\'s own network'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand feed; and __fish_seen_subcommand_from verify" -l json -d '结果用 JSON 输出 / report as JSON'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand feed; and __fish_seen_subcommand_from verify" -s h -l help -d 'Print help'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand feed; and __fish_seen_subcommand_from bundle" -l state -d '状态目录 / the unit\'s state directory' -r -F
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand feed; and __fish_seen_subcommand_from bundle" -l config -d '设置文件 / the settings file' -r -F
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand feed; and __fish_seen_subcommand_from bundle" -l lang -d '语言 / language of reports (default is the system\'s, else zh)' -r -f -a "zh\t''
en\t''"
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand feed; and __fish_seen_subcommand_from bundle" -l json -d '结果用 JSON 输出 / report as JSON'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand feed; and __fish_seen_subcommand_from bundle" -s h -l help -d 'Print help'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand feed; and __fish_seen_subcommand_from keys" -l state -d '状态目录 / the unit\'s state directory' -r -F
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand feed; and __fish_seen_subcommand_from keys" -l config -d '设置文件 / the settings file' -r -F
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand feed; and __fish_seen_subcommand_from keys" -l lang -d '语言 / language of reports (default is the system\'s, else zh)' -r -f -a "zh\t''
en\t''"
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand feed; and __fish_seen_subcommand_from keys" -l json -d '结果用 JSON 输出 / report as JSON'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand feed; and __fish_seen_subcommand_from keys" -s h -l help -d 'Print help'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand feed; and __fish_seen_subcommand_from keys" -f -a "show" -d '查看公钥 / show the public key'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand feed; and __fish_seen_subcommand_from keys" -f -a "rotate" -d '更换密钥：先公布新密钥，30 天后加 --finish / rotate the key; announces a new one, then --finish after 30 days'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand feed; and __fish_seen_subcommand_from keys" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand feed; and __fish_seen_subcommand_from help" -f -a "init" -d '新建发布目录和密钥 / create a feed\'s directory and its key'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand feed; and __fish_seen_subcommand_from help" -f -a "add-shelf" -d '添加货架 / add shelves'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand feed; and __fish_seen_subcommand_from help" -f -a "publish" -d '发布商品表格；不写表格就续期 / publish a table; without one, renew what is published'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand feed; and __fish_seen_subcommand_from help" -f -a "verify" -d '像货架一样检查已发布的内容 / check what is published as a shelf would'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand feed; and __fish_seen_subcommand_from help" -f -a "bundle" -d '导出给 U 盘用的文件 / write a bundle for a USB stick'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand feed; and __fish_seen_subcommand_from help" -f -a "keys" -d '密钥 / the keys'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand feed; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand bind" -l brand -d '品牌名 / the brand\'s name' -r
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand bind" -l store -d '门店码 / the store code' -r
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand bind" -l device -d '设备码 / the device code' -r
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand bind" -l feed -d '商品数据的网址；不写就沿用原来的 / the feed\'s address; unchanged if omitted' -r
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand bind" -l state -d '状态目录 / the unit\'s state directory' -r -F
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand bind" -l config -d '设置文件 / the settings file' -r -F
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand bind" -l lang -d '语言 / language of reports (default is the system\'s, else zh)' -r -f -a "zh\t''
en\t''"
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand bind" -l json -d '结果用 JSON 输出 / report as JSON'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand bind" -s h -l help -d 'Print help'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand unbind" -l state -d '状态目录 / the unit\'s state directory' -r -F
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand unbind" -l config -d '设置文件 / the settings file' -r -F
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand unbind" -l lang -d '语言 / language of reports (default is the system\'s, else zh)' -r -f -a "zh\t''
en\t''"
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand unbind" -l json -d '结果用 JSON 输出 / report as JSON'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand unbind" -s h -l help -d 'Print help'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand status" -l state -d '状态目录 / the unit\'s state directory' -r -F
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand status" -l config -d '设置文件 / the settings file' -r -F
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand status" -l lang -d '语言 / language of reports (default is the system\'s, else zh)' -r -f -a "zh\t''
en\t''"
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand status" -l json -d '结果用 JSON 输出 / report as JSON'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand status" -s h -l help -d 'Print help'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand sync" -l state -d '状态目录 / the unit\'s state directory' -r -F
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand sync" -l config -d '设置文件 / the settings file' -r -F
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand sync" -l lang -d '语言 / language of reports (default is the system\'s, else zh)' -r -f -a "zh\t''
en\t''"
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand sync" -l json -d '结果用 JSON 输出 / report as JSON'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand sync" -s h -l help -d 'Print help'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand doctor" -l root -d '从哪里读系统信息 / where the system\'s own files are' -r -F
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand doctor" -l state -d '状态目录 / the unit\'s state directory' -r -F
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand doctor" -l config -d '设置文件 / the settings file' -r -F
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand doctor" -l lang -d '语言 / language of reports (default is the system\'s, else zh)' -r -f -a "zh\t''
en\t''"
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand doctor" -l json -d '结果用 JSON 输出 / report as JSON'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand doctor" -s h -l help -d 'Print help'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand bundle" -l state -d '状态目录 / the unit\'s state directory' -r -F
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand bundle" -l config -d '设置文件 / the settings file' -r -F
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand bundle" -l lang -d '语言 / language of reports (default is the system\'s, else zh)' -r -f -a "zh\t''
en\t''"
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand bundle" -l json -d '结果用 JSON 输出 / report as JSON'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand bundle" -s h -l help -d 'Print help'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand update" -l patience -d '新版本须在多少秒内正常显示 / seconds within which a new version must prove itself' -r
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand update" -l state -d '状态目录 / the unit\'s state directory' -r -F
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand update" -l config -d '设置文件 / the settings file' -r -F
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand update" -l lang -d '语言 / language of reports (default is the system\'s, else zh)' -r -f -a "zh\t''
en\t''"
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand update" -l check -d '只看有没有新版本，不安装 / only check for a newer version'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand update" -l scheduled -d '由定时器运行：只在维护时段开始 / run by the timer: begin only in the maintenance window'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand update" -l json -d '结果用 JSON 输出 / report as JSON'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand update" -s h -l help -d 'Print help'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand show; and not __fish_seen_subcommand_from attract shelf search item service help" -l state -d '状态目录 / the unit\'s state directory' -r -F
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand show; and not __fish_seen_subcommand_from attract shelf search item service help" -l config -d '设置文件 / the settings file' -r -F
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand show; and not __fish_seen_subcommand_from attract shelf search item service help" -l lang -d '语言 / language of reports (default is the system\'s, else zh)' -r -f -a "zh\t''
en\t''"
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand show; and not __fish_seen_subcommand_from attract shelf search item service help" -l json -d '结果用 JSON 输出 / report as JSON'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand show; and not __fish_seen_subcommand_from attract shelf search item service help" -s h -l help -d 'Print help'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand show; and not __fish_seen_subcommand_from attract shelf search item service help" -f -a "attract" -d '待机页 / the attract page'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand show; and not __fish_seen_subcommand_from attract shelf search item service help" -f -a "shelf" -d '货架页 / the shelf page'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand show; and not __fish_seen_subcommand_from attract shelf search item service help" -f -a "search" -d '搜索页 / the search page'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand show; and not __fish_seen_subcommand_from attract shelf search item service help" -f -a "item" -d '商品页 / an item\'s page'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand show; and not __fish_seen_subcommand_from attract shelf search item service help" -f -a "service" -d '服务页（输入 PIN 后才打开） / the service page, as far as its PIN'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand show; and not __fish_seen_subcommand_from attract shelf search item service help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand show; and __fish_seen_subcommand_from attract" -l state -d '状态目录 / the unit\'s state directory' -r -F
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand show; and __fish_seen_subcommand_from attract" -l config -d '设置文件 / the settings file' -r -F
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand show; and __fish_seen_subcommand_from attract" -l lang -d '语言 / language of reports (default is the system\'s, else zh)' -r -f -a "zh\t''
en\t''"
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand show; and __fish_seen_subcommand_from attract" -l json -d '结果用 JSON 输出 / report as JSON'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand show; and __fish_seen_subcommand_from attract" -s h -l help -d 'Print help'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand show; and __fish_seen_subcommand_from shelf" -l state -d '状态目录 / the unit\'s state directory' -r -F
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand show; and __fish_seen_subcommand_from shelf" -l config -d '设置文件 / the settings file' -r -F
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand show; and __fish_seen_subcommand_from shelf" -l lang -d '语言 / language of reports (default is the system\'s, else zh)' -r -f -a "zh\t''
en\t''"
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand show; and __fish_seen_subcommand_from shelf" -l json -d '结果用 JSON 输出 / report as JSON'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand show; and __fish_seen_subcommand_from shelf" -s h -l help -d 'Print help'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand show; and __fish_seen_subcommand_from search" -l state -d '状态目录 / the unit\'s state directory' -r -F
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand show; and __fish_seen_subcommand_from search" -l config -d '设置文件 / the settings file' -r -F
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand show; and __fish_seen_subcommand_from search" -l lang -d '语言 / language of reports (default is the system\'s, else zh)' -r -f -a "zh\t''
en\t''"
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand show; and __fish_seen_subcommand_from search" -l json -d '结果用 JSON 输出 / report as JSON'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand show; and __fish_seen_subcommand_from search" -s h -l help -d 'Print help'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand show; and __fish_seen_subcommand_from item" -l state -d '状态目录 / the unit\'s state directory' -r -F
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand show; and __fish_seen_subcommand_from item" -l config -d '设置文件 / the settings file' -r -F
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand show; and __fish_seen_subcommand_from item" -l lang -d '语言 / language of reports (default is the system\'s, else zh)' -r -f -a "zh\t''
en\t''"
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand show; and __fish_seen_subcommand_from item" -l json -d '结果用 JSON 输出 / report as JSON'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand show; and __fish_seen_subcommand_from item" -s h -l help -d 'Print help'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand show; and __fish_seen_subcommand_from service" -l state -d '状态目录 / the unit\'s state directory' -r -F
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand show; and __fish_seen_subcommand_from service" -l config -d '设置文件 / the settings file' -r -F
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand show; and __fish_seen_subcommand_from service" -l lang -d '语言 / language of reports (default is the system\'s, else zh)' -r -f -a "zh\t''
en\t''"
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand show; and __fish_seen_subcommand_from service" -l json -d '结果用 JSON 输出 / report as JSON'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand show; and __fish_seen_subcommand_from service" -s h -l help -d 'Print help'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand show; and __fish_seen_subcommand_from help" -f -a "attract" -d '待机页 / the attract page'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand show; and __fish_seen_subcommand_from help" -f -a "shelf" -d '货架页 / the shelf page'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand show; and __fish_seen_subcommand_from help" -f -a "search" -d '搜索页 / the search page'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand show; and __fish_seen_subcommand_from help" -f -a "item" -d '商品页 / an item\'s page'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand show; and __fish_seen_subcommand_from help" -f -a "service" -d '服务页（输入 PIN 后才打开） / the service page, as far as its PIN'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand show; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand pin" -l digits -d '生成的位数 / number of digits to generate' -r
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand pin" -l state -d '状态目录 / the unit\'s state directory' -r -F
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand pin" -l config -d '设置文件 / the settings file' -r -F
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand pin" -l lang -d '语言 / language of reports (default is the system\'s, else zh)' -r -f -a "zh\t''
en\t''"
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand pin" -l generate -d '生成一个 PIN，只显示这一次 / generate a PIN and show it once'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand pin" -l remove -d '删除 PIN；之后服务页打不开，直到设置新的 / remove the PIN; the service page stays closed until a new one is set'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand pin" -l json -d '结果用 JSON 输出 / report as JSON'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand pin" -s h -l help -d 'Print help'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand screen" -l rotation -d '画面顺时针旋转的角度，触摸同时旋转 / degrees clockwise, of picture and touch' -r
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand screen" -l output -d '使用哪个接口，如 HDMI-A-1；auto 为自动 / the output; auto uses the connected one' -r
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand screen" -l mode -d '分辨率，如 1920x1080@60；auto 为自动 / the mode; auto uses the panel\'s preferred one' -r
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand screen" -l brightness -d '亮度（百分比，5 到 100）；auto 为不改 / per cent of the backlight; auto leaves it alone' -r
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand screen" -l renderer -d '由谁绘制：auto 为有 GPU 就用 GPU，software 为软件，gpu 为 OpenGL / the renderer; auto uses the GPU if there is one' -r
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand screen" -l test -d '在屏幕上测试触摸或颜色 / test touch or colours, on the screen' -r -f -a "touch\t''
colors\t''"
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand screen" -l state -d '状态目录 / the unit\'s state directory' -r -F
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand screen" -l config -d '设置文件 / the settings file' -r -F
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand screen" -l lang -d '语言 / language of reports (default is the system\'s, else zh)' -r -f -a "zh\t''
en\t''"
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand screen" -l json -d '结果用 JSON 输出 / report as JSON'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand screen" -s h -l help -d 'Print help'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand screenshot" -l state -d '状态目录 / the unit\'s state directory' -r -F
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand screenshot" -l config -d '设置文件 / the settings file' -r -F
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand screenshot" -l lang -d '语言 / language of reports (default is the system\'s, else zh)' -r -f -a "zh\t''
en\t''"
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand screenshot" -l json -d '结果用 JSON 输出 / report as JSON'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand screenshot" -s h -l help -d 'Print help'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand facts" -l state -d '状态目录 / the unit\'s state directory' -r -F
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand facts" -l config -d '设置文件 / the settings file' -r -F
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand facts" -l lang -d '语言 / language of reports (default is the system\'s, else zh)' -r -f -a "zh\t''
en\t''"
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand facts" -l json -d '结果用 JSON 输出 / report as JSON'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand facts" -s h -l help -d 'Print help'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand serve-pictures" -l state -d '状态目录 / the unit\'s state directory' -r -F
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand serve-pictures" -l config -d '设置文件 / the settings file' -r -F
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand serve-pictures" -l lang -d '语言 / language of reports (default is the system\'s, else zh)' -r -f -a "zh\t''
en\t''"
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand serve-pictures" -l json -d '结果用 JSON 输出 / report as JSON'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand serve-pictures" -s h -l help -d 'Print help'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand help; and not __fish_seen_subcommand_from template check import feed bind unbind status sync doctor bundle update show pin screen screenshot facts serve-pictures help" -f -a "template" -d '生成空的商品表格 / create an empty product table'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand help; and not __fish_seen_subcommand_from template check import feed bind unbind status sync doctor bundle update show pin screen screenshot facts serve-pictures help" -f -a "check" -d '检查表格、链接或绑定信息 / check a table, links or binding lines'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand help; and not __fish_seen_subcommand_from template check import feed bind unbind status sync doctor bundle update show pin screen screenshot facts serve-pictures help" -f -a "import" -d '导入商品表格到本机 / fill this unit from a product table'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand help; and not __fish_seen_subcommand_from template check import feed bind unbind status sync doctor bundle update show pin screen screenshot facts serve-pictures help" -f -a "feed" -d '发布商品数据给货架 / publish a catalog to shelves'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand help; and not __fish_seen_subcommand_from template check import feed bind unbind status sync doctor bundle update show pin screen screenshot facts serve-pictures help" -f -a "bind" -d '绑定门店码和设备码 / bind this unit to a store and a device'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand help; and not __fish_seen_subcommand_from template check import feed bind unbind status sync doctor bundle update show pin screen screenshot facts serve-pictures help" -f -a "unbind" -d '解除绑定 / remove the binding'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand help; and not __fish_seen_subcommand_from template check import feed bind unbind status sync doctor bundle update show pin screen screenshot facts serve-pictures help" -f -a "status" -d '查看这台设备的状态 / show the state of this unit'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand help; and not __fish_seen_subcommand_from template check import feed bind unbind status sync doctor bundle update show pin screen screenshot facts serve-pictures help" -f -a "sync" -d '立即与商品数据服务器同步 / sync with the feed now'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand help; and not __fish_seen_subcommand_from template check import feed bind unbind status sync doctor bundle update show pin screen screenshot facts serve-pictures help" -f -a "doctor" -d '检查这台设备，并说明怎么办 / check this unit and explain remedies'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand help; and not __fish_seen_subcommand_from template check import feed bind unbind status sync doctor bundle update show pin screen screenshot facts serve-pictures help" -f -a "bundle" -d '把日志和检查结果收进一个文件，给技术支持 / collect logs and findings in one file for support'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand help; and not __fish_seen_subcommand_from template check import feed bind unbind status sync doctor bundle update show pin screen screenshot facts serve-pictures help" -f -a "update" -d '升级软件 / download and install the next version'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand help; and not __fish_seen_subcommand_from template check import feed bind unbind status sync doctor bundle update show pin screen screenshot facts serve-pictures help" -f -a "show" -d '让屏幕切换到某一页 / have the kiosk show a page'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand help; and not __fish_seen_subcommand_from template check import feed bind unbind status sync doctor bundle update show pin screen screenshot facts serve-pictures help" -f -a "pin" -d '设置服务页的 PIN / set the service page\'s PIN'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand help; and not __fish_seen_subcommand_from template check import feed bind unbind status sync doctor bundle update show pin screen screenshot facts serve-pictures help" -f -a "screen" -d '查看或设置屏幕：旋转、接口、分辨率、亮度 / the screen: rotation, output, mode, brightness'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand help; and not __fish_seen_subcommand_from template check import feed bind unbind status sync doctor bundle update show pin screen screenshot facts serve-pictures help" -f -a "screenshot" -d '截取屏幕 / take a screenshot'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand help; and not __fish_seen_subcommand_from template check import feed bind unbind status sync doctor bundle update show pin screen screenshot facts serve-pictures help" -f -a "facts" -d 'What `update` has to know of the state'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand help; and not __fish_seen_subcommand_from template check import feed bind unbind status sync doctor bundle update show pin screen screenshot facts serve-pictures help" -f -a "serve-pictures" -d 'Reads pictures for `import`'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand help; and not __fish_seen_subcommand_from template check import feed bind unbind status sync doctor bundle update show pin screen screenshot facts serve-pictures help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand help; and __fish_seen_subcommand_from check" -f -a "table" -d '检查商品表格（- 是标准输入）/ check a product table (- is stdin)'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand help; and __fish_seen_subcommand_from check" -f -a "links" -d '检查商品链接，一行一条 / check item links, one a line'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand help; and __fish_seen_subcommand_from check" -f -a "bindings" -d '检查绑定信息 / check binding lines'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand help; and __fish_seen_subcommand_from feed" -f -a "init" -d '新建发布目录和密钥 / create a feed\'s directory and its key'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand help; and __fish_seen_subcommand_from feed" -f -a "add-shelf" -d '添加货架 / add shelves'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand help; and __fish_seen_subcommand_from feed" -f -a "publish" -d '发布商品表格；不写表格就续期 / publish a table; without one, renew what is published'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand help; and __fish_seen_subcommand_from feed" -f -a "verify" -d '像货架一样检查已发布的内容 / check what is published as a shelf would'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand help; and __fish_seen_subcommand_from feed" -f -a "bundle" -d '导出给 U 盘用的文件 / write a bundle for a USB stick'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand help; and __fish_seen_subcommand_from feed" -f -a "keys" -d '密钥 / the keys'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand help; and __fish_seen_subcommand_from show" -f -a "attract" -d '待机页 / the attract page'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand help; and __fish_seen_subcommand_from show" -f -a "shelf" -d '货架页 / the shelf page'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand help; and __fish_seen_subcommand_from show" -f -a "search" -d '搜索页 / the search page'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand help; and __fish_seen_subcommand_from show" -f -a "item" -d '商品页 / an item\'s page'
complete -c cloud-shelfctl -n "__fish_cloud_shelfctl_using_subcommand help; and __fish_seen_subcommand_from show" -f -a "service" -d '服务页（输入 PIN 后才打开） / the service page, as far as its PIN'
