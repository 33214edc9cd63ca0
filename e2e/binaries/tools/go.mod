module dev.virtualcluster/tools

go 1.26
